import Core
import RealtimeProtocol
import Sessions
import TestSupport
import Testing

/// Whoever is sent away is told why.
@Suite("The end of a session")
struct SessionEndTests {
    /// Codes on which clients reconnect by themselves.
    private static let reconnecting: Set<UInt16> = [1001, 1005, 1006, 1011, 1012, 1013, 1015]

    @Test("No final reason uses a code on which clients reconnect", arguments: SessionEnd.allCases)
    func codes(reason: SessionEnd) {
        guard let code = reason.closeCode else {
            #expect([.clientClosed, .connectionLost, .lineDead].contains(reason))
            return
        }
        #expect(!reason.isFinal || !Self.reconnecting.contains(code))
        #expect(reason.closeReason.utf8.count <= 123)
        #expect(code < 3000 ? reason.error?.code != nil : reason.error == nil)
    }

    @Test("Reasons with one close code differ in their error code")
    func errorCodes() {
        let told = SessionEnd.allCases.compactMap { end in end.error.map { ($0.code, end.closeCode) } }
        let limits = told.filter { $0.1 == 1008 }.map(\.0)
        #expect(limits == [.accountDeactivated, .invalidAPIKey, .invalidEvent, .rateLimitExceeded])
        #expect(Set(SessionEnd.allCases.map(\.rawValue)).count == SessionEnd.allCases.count)
    }

    @Test(
        "A session that is ended tells its client by an event, a code and the record",
        arguments: SessionEnd.allCases.filter { $0.error != nil })
    func told(reason: SessionEnd) throws {
        let talk = LiveSession(llm: { $0.words = Array(repeating: "word. ", count: 200) })
        talk.send(#"{"type":"response.create"}"#)
        talk.loop.advance(by: .seconds(1))
        talk.loop.run { talk.session.end(reason) }
        let frame = try #require(talk.connection.frames.last)
        #expect(frame.type == "error")
        #expect(frame.string("error", "code") == reason.error?.code?.rawValue)
        #expect(talk.connection.closes == [reason.closeCode].compactMap(\.self))
        #expect(talk.observer.endings == [reason])
        // What comes later ends nothing a second time.
        talk.loop.run { talk.session.end(.draining) }
        talk.disconnect()
        #expect(talk.observer.endings == [reason] && talk.connection.closes.count == 1)
        talk.loop.advance(by: .seconds(1))
        #expect(talk.loop.pendingTimers == 0 && talk.connection.frames.last?.type == "error")
    }

    @Test("The longest time and the longest silence end with 1000, each with its own code")
    func timeouts() {
        var settings = SessionSettings()
        settings.maximumIdle = .seconds(60)
        let idle = ScriptedConversation(settings: settings)
        idle.advance(61_000)
        #expect(idle.errors.last?.code == .sessionIdle && idle.actions.last == .close(.idle))
        settings.maximumIdle = nil
        settings.maximumDuration = .seconds(120)
        let long = ScriptedConversation(settings: settings)
        long.advance(121_000)
        #expect(long.errors.last?.code == .sessionExpired && long.actions.last == .close(.expired))
        #expect(long.errors.last?.message == "Your session hit the maximum duration of 2 minutes.")
    }

    @Test(
        "A lost line, a dead one and a client that leaves have different records and no words",
        arguments: [SessionEnd.connectionLost, .lineDead, .clientClosed])
    func lost(reason: SessionEnd) {
        let talk = LiveSession()
        talk.loop.run { talk.session.closed(reason) }
        #expect(talk.observer.endings == [reason] && talk.connection.closes.isEmpty)
        #expect(talk.last("error") == nil)
    }
}
