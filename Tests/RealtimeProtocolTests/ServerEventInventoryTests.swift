import Core
import RealtimeProtocol
import TestSupport
import Testing

@Suite("Server events against the published types")
struct ServerEventInventoryTests {
    @Test("every GA event has its required fields, right types and no stray field")
    func ga() throws {
        let inventory = try EventInventory(.ga)
        let frames = try frames(GARealtimeCodec())
        for frame in frames {
            #expect(inventory.faults(in: frame) == [], "\(frame.serialized)")
        }
        let notOurs: Set<String> = [
            "conversation.created", "conversation.item.created", "conversation.item.input_audio_transcription.segment",
            "input_audio_buffer.dtmf_event_received", "output_audio_buffer.started", "output_audio_buffer.stopped",
            "output_audio_buffer.cleared", "mcp_list_tools.completed",
        ]
        let sent = Set(frames.compactMap { $0["type"]?.string })
        let expected = Set(inventory.serverEvents.filter { !$0.contains("mcp_call") }).subtracting(notOurs)
        #expect(sent == expected)
    }

    @Test("every beta event has its required fields, right types and no stray field")
    func beta() throws {
        let inventory = try EventInventory(.beta)
        let frames = try frames(BetaRealtimeCodec())
        for frame in frames {
            #expect(inventory.faults(in: frame) == [], "\(frame.serialized)")
        }
        let sent = Set(frames.compactMap { $0["type"]?.string })
        let notOurs: Set<String> = [
            "conversation.created", "output_audio_buffer.started", "output_audio_buffer.stopped",
            "output_audio_buffer.cleared",
        ]
        #expect(sent == Set(inventory.serverEvents).subtracting(notOurs).union(["transcription_session.created"]))
    }

    @Test("beta leaves out what it has no event for and says `created` once")
    func omissions() throws {
        let codec = BetaRealtimeCodec()
        var output: [UInt8] = []
        codec.encode(.itemDone(SampleEvents.items[0], previous: nil), eventID: EventID("event_1"), into: &output)
        codec.encode(
            .idleTimeoutTriggered(ItemID("i"), audioStart: .zero, audioEnd: .zero), eventID: EventID("event_1"),
            into: &output)
        #expect(output.isEmpty)
        codec.encode(.itemAdded(SampleEvents.items[0], previous: nil), eventID: EventID("event_1"), into: &output)
        #expect(try JSONValue.parse(output)["type"] == .string("conversation.item.created"))
    }

    @Test("the two shapes never use each other's names")
    func shapesDoNotMix() throws {
        let ga = Set(try frames(GARealtimeCodec()).compactMap { $0["type"]?.string })
        let beta = Set(try frames(BetaRealtimeCodec()).compactMap { $0["type"]?.string })
        #expect(ga.intersection(["conversation.item.created", "response.audio.delta", "response.text.delta"]).isEmpty)
        #expect(beta.intersection(["conversation.item.added", "conversation.item.done"]).isEmpty)
        #expect(!beta.contains { $0.hasPrefix("response.output_audio") || $0.hasPrefix("response.output_text") })
    }

    private func frames(_ codec: some RealtimeCodec) throws -> [JSONValue] {
        try SampleEvents.all.compactMap { event in
            var output: [UInt8] = []
            codec.encode(event, eventID: EventID("event_1"), into: &output)
            return output.isEmpty ? nil : try JSONValue.parse(output)
        }
    }
}
