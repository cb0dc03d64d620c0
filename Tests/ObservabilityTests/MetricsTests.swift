import Observability
import Testing

@Suite("Metrics")
struct MetricsTests {
    @Test("writes counters, gauges and histograms in Prometheus's text format")
    func exposition() {
        let registry = MetricsRegistry()
        let answered = registry.counter(
            "http_requests_total", "Requests.", labels: ["route": "/v1/models", "status": "200"])
        registry.counter("http_requests_total", "Requests.", labels: ["route": "/v1/models", "status": "401"])
            .increment()
        answered.increment(by: 2)
        let live = registry.gauge("sessions", "Live sessions.")
        live.add(3)
        live.add(-1)
        registry.gauge("slots", "Free slots.", reading: { 7 })
        let latency = registry.histogram(
            "stage_seconds", "Stage time.", labels: ["stage": "stt"], bounds: [.milliseconds(10), .milliseconds(100)])
        latency.observe(.milliseconds(10))
        latency.observe(.milliseconds(50))
        latency.observe(.seconds(2))
        #expect(
            registry.exposition() == """
                # HELP http_requests_total Requests.
                # TYPE http_requests_total counter
                http_requests_total{route="/v1/models",status="200"} 2
                http_requests_total{route="/v1/models",status="401"} 1
                # HELP sessions Live sessions.
                # TYPE sessions gauge
                sessions 2
                # HELP slots Free slots.
                # TYPE slots gauge
                slots 7
                # HELP stage_seconds Stage time.
                # TYPE stage_seconds histogram
                stage_seconds_bucket{stage="stt",le="0.01"} 1
                stage_seconds_bucket{stage="stt",le="0.1"} 2
                stage_seconds_bucket{stage="stt",le="+Inf"} 3
                stage_seconds_sum{stage="stt"} 2.06
                stage_seconds_count{stage="stt"} 3

                """)
    }

    @Test("asking again for the same name and labels gives the same metric")
    func once() {
        let registry = MetricsRegistry()
        let first = registry.counter("a_total", "A.", labels: ["x": "1"])
        #expect(registry.counter("a_total", "A.", labels: ["x": "1"]) === first)
        #expect(registry.counter("a_total", "A.", labels: ["x": "2"]) !== first)
    }

    @Test("label values are escaped")
    func escaping() {
        let registry = MetricsRegistry()
        _ = registry.gauge("g", "A \\ and\na line.", labels: ["x": "a\"b\\c\nd"])
        let lines = registry.exposition().split(separator: "\n")
        #expect(lines[0] == #"# HELP g A \\ and\na line."#)
        #expect(lines[2] == #"g{x="a\"b\\c\nd"} 0"#)
    }

    @Test("past the bound on label sets, the rest is counted together")
    func cardinality() {
        let registry = MetricsRegistry(maximumSeries: 3)
        for number in 0..<10 { registry.counter("a_total", "A.", labels: ["x": "\(number)"]).increment() }
        let series = registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            series == [
                #"a_total{x="0"} 1"#, #"a_total{x="1"} 1"#, #"a_total{x="2"} 1"#, #"a_total{overflow="true"} 7"#,
            ])
    }

    @Test("counts from many threads lose nothing")
    func threads() async {
        let counter = MetricsRegistry().counter("a_total", "A.")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<10_000 { counter.increment() } } }
        }
        #expect(counter.value == 80_000)
    }

    @Test("a bad name, a changed kind and changed label names are faults of ours and end the process")
    func misuse() async {
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().gauge("bad-name", "B.") }
        await #expect(processExitsWith: .failure) { _ = MetricsRegistry().counter("no_suffix", "B.") }
        await #expect(processExitsWith: .failure) {
            let registry = MetricsRegistry()
            _ = registry.counter("a_total", "A.")
            _ = registry.gauge("a_total", "A.")
        }
        await #expect(processExitsWith: .failure) {
            let registry = MetricsRegistry()
            _ = registry.counter("a_total", "A.", labels: ["x": "1"])
            _ = registry.counter("a_total", "A.", labels: ["y": "1"])
        }
    }
}
