import Core
import RealtimeProtocol
import TestSupport
import Testing

@Suite("Random frames")
struct FuzzTests {
    /// Frames that are refused and frames that are not; together they reach every reading function.
    private static let pools = [
        RealtimeShape.allCases.flatMap { FrameCorpus.frames($0) },
        RefusalTests.envelopeCases.map(\.frame) + RefusalTests.gaSessionCases.map(\.frame)
            + RefusalTests.betaSessionCases.map(\.frame) + RefusalTests.itemsCases.map(\.frame)
            + RefusalTests.responsesCases.map(\.frame),
    ]

    @Test("every frame of the corpus is accepted by its shape", arguments: RealtimeShape.allCases)
    func corpus(shape: RealtimeShape) {
        var codec = shape.makeCodec()
        for frame in FrameCorpus.frames(shape) {
            #expect(throws: Never.self, "\(frame)") { try codec.decode(Array(frame.utf8).span) }
        }
    }

    @Test("never trap either decoder and always end in a message or an error that can be sent")
    func mutations() throws {
        let cases = FuzzRun.cases(otherwise: 100_000)
        var mutator = FrameMutator(seed: FuzzRun.seed, pools: Self.pools)
        var codecs: [any RealtimeCodec] = RealtimeShape.allCases.map { $0.makeCodec() }
        var accepted = 0
        var output: [UInt8] = []
        for index in 0..<cases {
            let frame = mutator.next()
            for shape in codecs.indices {
                do throws(ProtocolError) {
                    _ = try codecs[shape].decode(frame.span)
                    accepted += 1
                } catch {
                    output.removeAll(keepingCapacity: true)
                    codecs[shape].encode(.error(error), eventID: EventID("event_1"), into: &output)
                    #expect(output.count < 4096)
                    guard index % 50 == 0 else { continue }
                    let shown = try JSONValue.parse(output)["error"]
                    #expect(shown?["message"]?.string == error.message)
                }
            }
        }
        #expect(accepted > cases / 100)
        #expect(accepted < cases * 2)
        FuzzRun.report(cases, "frames to each decoder, \(accepted) times accepted")
    }
}
