import EventLoops
import Glibc
import Testing
import Transport

/// Figures for people, printed when `ANTIPHON_MEASURE` is set; nothing is asserted about time or memory.
@Suite(.enabled(if: getenv("ANTIPHON_MEASURE") != nil), .serialized) struct TransportMeasurements {
    @Test func `Memory of an idle websocket`() async throws {
        try await ServerFixture.run { fixture, port in
            // What the first connections make the allocator keep is not theirs.
            let warm = try (0..<50).map { _ in try RawClient(port: port) }
            for client in warm { try client.upgrade() }
            let before = residentBytes()
            let clients = try (0..<1000).map { _ in try RawClient(port: port) }
            for client in clients { try client.upgrade() }
            #expect(await fixture.openConnections == 1050)
            let idle = residentBytes()
            let text = String(repeating: "x", count: 6400)
            for client in clients {
                try client.sendText(text)
                #expect(try client.readMessage().payload.count == 6400)
            }
            print("idle websocket: \((idle - before) / 1000) bytes resident, client included")
            print("after one echo of 6,400 bytes: \((residentBytes() - before) / 1000) bytes")
        }
    }

    @Test(arguments: [0, 200, 1000])
    func `Time from the client's socket to the handler and back`(others: Int) async throws {
        try await ServerFixture.run { fixture, port in
            let idle = try (0..<others).map { _ in try RawClient(port: port) }
            for client in idle { try client.upgrade() }
            let client = try RawClient(port: port)
            try client.upgrade()
            let frame = RawClient.frame(opcode: 1, [UInt8](repeating: 0x61, count: 2560))
            var times: [Duration] = []
            for _ in 0..<2000 {
                let start = ContinuousClock.now
                try client.send(frame)
                _ = try client.readMessage()
                times.append(ContinuousClock.now - start)
            }
            times.sort()
            print("echo of 2,560 bytes beside \(others) idle: median \(times[1000]), 99 % \(times[1980])")
        }
    }

    private func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        fgets(&line, 256, file)
        let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
            separator: " ")
        return (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
