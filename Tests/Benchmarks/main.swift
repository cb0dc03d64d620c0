import Foundation

// usage: Benchmarks [--list] [[--filter] NAME]...
// Runs the benchmarks whose names contain one of NAMEs, or all. Build with `-c release`. Exits 1 if a budget is missed.

let benchmarks: [any Benchmark.Type] = [
    VADBenchmark.self, ResamplerBenchmark.self, ProtocolBenchmark.self, InterruptionBenchmark.self,
    TurnsBenchmark.self,
]

let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--filter" }
if arguments.contains("--list") {
    for benchmark in benchmarks { print(benchmark.name) }
    exit(0)
}
let chosen = benchmarks.filter { benchmark in arguments.isEmpty || arguments.contains { benchmark.name.contains($0) } }
guard !chosen.isEmpty else {
    print("No benchmark has such a name; --list shows them.")
    exit(2)
}
#if DEBUG
print("This is a debug build: the figures say nothing. Build with `-c release`.")
#endif

var isWithinBudget = true
for benchmark in chosen {
    do {
        try benchmark.run { measurement in
            print("\(benchmark.name): \(measurement)")
            isWithinBudget = isWithinBudget && measurement.isWithinBudget
        }
    } catch {
        print("\(benchmark.name): not measured: \(error)")
        isWithinBudget = false
    }
}
exit(isWithinBudget ? 0 : 1)
