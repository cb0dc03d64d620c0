import Core
import RealtimeProtocol
import TestSupport
import Testing

@Suite("The antiphon member")
struct BehaviorTests {
    /// Where the leaves of a value are, by the labels of its stored properties.
    static func leaves(of value: Any, _ path: String = "") -> [String: String] {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .struct, !(value is Duration) else { return [path: "\(value)"] }
        return mirror.children.reduce(into: [:]) { leaves, child in
            leaves.merge(Self.leaves(of: child.value, "\(path).\(child.label ?? "")")) { $1 }
        }
    }

    static func written(_ update: BehaviorUpdate) -> String {
        var output: [UInt8] = []
        update.encode(into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("has a row for every stored property of SessionBehavior, and each row reaches one of its own")
    func everyProperty() throws {
        let product = SessionBehavior()
        let before = Self.leaves(of: product)
        var reached: Set<String> = []
        for field in BehaviorField.all {
            var changed: Set<String> = []
            for sample in BehaviorSamples.values(of: field) {
                let update = try BehaviorSamples.update(field, sample)
                let behavior = update.applied(to: product, startedWith: product)
                changed.formUnion(Self.leaves(of: behavior).filter { $0.value != before[$0.key] }.keys)
            }
            #expect(changed.count == 1, "\(field.path) reaches \(changed)")
            #expect(reached.isDisjoint(with: changed), "\(field.path) has the place of another row")
            reached.formUnion(changed)
        }
        #expect(reached == Set(before.keys))
        #expect(Set(BehaviorField.all.map(\.path)).count == BehaviorField.all.count)
        #expect(Set(BehaviorField.groups.map(\.name)).count == BehaviorField.groups.count)
    }

    @Test("comes back as it was written, every value of every field")
    func roundTrip() throws {
        for field in BehaviorField.all {
            for sample in BehaviorSamples.values(of: field) {
                let update = try BehaviorSamples.update(field, sample)
                let written = Self.written(update)
                #expect(try BehaviorUpdate(text: Array(written.utf8).span) == update)
                #expect(try JSONValue.parse(written)[field.group]?[field.name] == JSONValue.parse(sample))
            }
        }
    }

    @Test("refuses what does not fit, naming the field")
    func refusals() throws {
        for field in BehaviorField.all {
            let wrong = field.schema.first { $0.key == "type" }?.value.string == "object" ? "[]" : "{}"
            for value in [wrong, "-1e300", #""""#, "[[]]"] {
                let text = BehaviorSamples.text(field, value)
                let error = #expect(throws: ProtocolError.self, "\(text)") {
                    try BehaviorUpdate(text: Array(text.utf8).span)
                }
                #expect(error?.parameter?.hasPrefix(field.path) == true, "\(text)")
            }
        }
    }

    @Test(
        "names the path and the expectation",
        arguments: [
            (#"{"acknowledgement":{"delay_ms":10001}}"#, "acknowledgement.delay_ms", "<= 10000"),
            (#"{"acknowledgement":{"delay_ms":1.5}}"#, "acknowledgement.delay_ms", "expected an integer"),
            (#"{"acknowledgement":{"phrases":[]}}"#, "acknowledgement.phrases", "minimum length 1"),
            (#"{"acknowledgement":{"phrases":"okay"}}"#, "acknowledgement.phrases", "expected an array"),
            (#"{"acknowledgement":{"phrases":["a","  "]}}"#, "acknowledgement.phrases[1]", "empty string"),
            (#"{"acknowledgement":{"delay_from":"noon"}}"#, "acknowledgement.delay_from", "'speech_end'"),
            (#"{"acknowledgement":{"delay":1}}"#, "acknowledgement.delay", "Unknown"),
            (#"{"acknowledgement":true}"#, "acknowledgement", "expected an object"),
            (#"{"typing_sound":{"volume":1.01}}"#, "typing_sound.volume", "<= 1"),
            (#"{"agent":{"variables":{"name":5}}}"#, "agent.variables.name", "expected a string"),
            (#"{"typing":{}}"#, "typing", "Unknown"),
            (#"[]"#, "", "expected an object"),
        ])
    func messages(text: String, path: String, part: String) throws {
        let error = #expect(throws: ProtocolError.self) { try BehaviorUpdate(text: Array(text.utf8).span) }
        #expect(error?.parameter == path)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test("takes no more names than it says, however they are repeated")
    func tooManyNames() throws {
        let names = (0..<65).map { #""n\#($0)":"v""# }.joined(separator: ",")
        let text = #"{"agent":{"variables":{\#(names)}}}"#
        let error = #expect(throws: ProtocolError.self) { try BehaviorUpdate(text: Array(text.utf8).span) }
        #expect(error?.code == .objectAboveMaxProperties)
    }

    @Test("changes what is named and nothing else; null gives back what the session started with, or clears")
    func partial() throws {
        var start = SessionBehavior()
        start.acknowledgement.delay = .milliseconds(700)
        start.acknowledgement.phrases = ["well"]
        start.silence.apology = "Sorry."
        var now = start
        now.acknowledgement.delay = .milliseconds(100)
        now.acknowledgement.phrases = ["hm"]
        now.typingSound.isEnabled = true
        func after(_ text: String) throws -> SessionBehavior {
            try BehaviorUpdate(text: Array(text.utf8).span).applied(to: now, startedWith: start)
        }
        #expect(try after("{}") == now)
        var expected = now
        expected.acknowledgement.isEnabled = false
        #expect(try after(#"{"acknowledgement":{"enabled":false}}"#) == expected)
        expected = now
        expected.acknowledgement = start.acknowledgement
        #expect(try after(#"{"acknowledgement":null}"#) == expected)
        expected = now
        expected.acknowledgement.delay = .milliseconds(700)
        #expect(try after(#"{"acknowledgement":{"delay_ms":null}}"#) == expected)
        expected = now
        expected.silence.apology = nil
        #expect(try after(#"{"silence":{"apology":null}}"#) == expected)
        expected = now
        expected.acknowledgement.isEnabled = false
        expected.acknowledgement.delay = .milliseconds(700)
        let twice =
            #"{"acknowledgement":{"delay_ms":5,"enabled":true},"acknowledgement":{"delay_ms":null,"enabled":false}}"#
        #expect(try after(twice) == expected)
    }

    @Test("leaves out what another version stored and this one does not take, but only of stored texts")
    func newer() throws {
        let text = #"{"acknowledgement":{"enabled":false,"delay_ms":99999,"colour":"red"},"mood":{"happy":true}}"#
        #expect(throws: ProtocolError.self) { try BehaviorUpdate(text: Array(text.utf8).span) }
        let update = try BehaviorUpdate(text: Array(text.utf8).span, isStored: true)
        #expect(Self.written(update) == #"{"acknowledgement":{"enabled":false}}"#)
    }
}

@Suite("The antiphon member of sessions")
struct SessionBehaviorTests {
    private func applied(
        _ session: String, _ shape: RealtimeShape, to configuration: SessionConfiguration
    ) throws -> SessionConfiguration {
        let frame = #"{"type":"session.update","session":\#(session)}"#
        guard case .sessionUpdate(let update) = try decode(frame, shape).event else {
            throw ProtocolError(nil, "not an update")
        }
        return update.applied(to: configuration)
    }

    private func shown(_ configuration: SessionConfiguration, _ shape: RealtimeShape) throws -> JSONValue? {
        let session = SessionObject(id: SessionID("sess_1"), configuration: configuration, expiresAt: 1)
        var output: [UInt8] = []
        shape.makeCodec().encode(.sessionUpdated(session), eventID: EventID("event_1"), into: &output)
        return try JSONValue.parse(output)["session"]
    }

    @Test(
        "is read, applied and shown in every shape and kind",
        arguments: [
            (RealtimeShape.ga, SessionKind.realtime, #""type":"realtime","#),
            (.ga, .transcription, #""type":"transcription","#), (.beta, .realtime, ""),
        ])
    func shapes(shape: RealtimeShape, kind: SessionKind, type: String) throws {
        let before = SessionConfiguration(kind: kind, model: "m")
        #expect(try shown(before, shape)?["antiphon"] == nil)
        let after = try applied(#"{\#(type)"antiphon":{"typing_sound":{"volume":0.5}}}"#, shape, to: before)
        #expect(after.behavior.typingSound.volume == 0.5)
        let member = try #require(try shown(after, shape)?["antiphon"])
        #expect(member["typing_sound"]?["volume"] == .number(0.5))
        #expect(member["summary"]?["model"] == .null)
        #expect(Set(member.object?.keys ?? [:].keys) == Set(BehaviorField.groups.map(\.name)))
        for group in BehaviorField.groups {
            #expect(Set(member[group.name]?.object?.keys ?? [:].keys) == Set(group.fields.map(\.name)))
        }
    }

    @Test("is refused with its path, and then nothing of the update is applied")
    func refused() throws {
        for shape in RealtimeShape.allCases {
            let type = shape == .ga ? #""type":"realtime","# : ""
            let frame =
                #"{"type":"session.update","session":{\#(type)"antiphon":{"typing_sound":{"volume":2}}}}"#
            let error = #expect(throws: ProtocolError.self) { try decode(frame, shape) }
            #expect(error?.parameter == "session.antiphon.typing_sound.volume")
            #expect(error?.code == .decimalAboveMaxValue)
        }
    }

    @Test("is refused beyond 64 KiB, so that no session object outgrows a frame")
    func tooLong() throws {
        let text = String(repeating: "x", count: 4_000)
        let names = (0..<17).map { #""n\#($0)":"\#(text)""# }.joined(separator: ",")
        for shape in RealtimeShape.allCases {
            let type = shape == .ga ? #""type":"realtime","# : ""
            let session = #"{\#(type)"antiphon":{"agent":{"variables":{\#(names)}}}}"#
            let error = #expect(throws: ProtocolError.self) {
                try decode(#"{"type":"session.update","session":\#(session)}"#, shape)
            }
            #expect(error?.parameter == "session.antiphon")
            #expect(error?.code == .stringAboveMaxLength)
        }
    }

    @Test("survives being stored, whether it is shown or not", arguments: [true, false])
    func stored(isShown: Bool) throws {
        for field in BehaviorField.all {
            for sample in BehaviorSamples.values(of: field) {
                let update = try BehaviorSamples.update(field, sample)
                var configuration = SessionConfiguration(model: "m")
                configuration.behavior = update.applied(to: configuration.behavior, startedWith: SessionBehavior())
                configuration.showsBehavior = isShown
                var text: [UInt8] = []
                configuration.encodeStored(into: &text)
                #expect(try SessionConfiguration(stored: text.span) == configuration)
            }
        }
    }

    @Test("is the tenant's before it is the client's, and null gives back the tenant's")
    func tenant() throws {
        var operators = SessionBehavior()
        operators.typingSound.volume = 0.9
        operators.typingSound.isEnabled = true
        let tenant = #"{"typing_sound":{"volume":0.5},"silence":{"apology":"Sorry."}}"#
        var body = #"{"session":{"type":"realtime"}}"#
        func minted() throws -> SessionConfiguration {
            try ClientSecretRequest.decode(Array(body.utf8).span, endpoint: .clientSecrets)
                .configuration(defaultModel: "m", behavior: operators, tenant: tenant)
        }
        #expect(try minted().behavior.typingSound.volume == 0.5)
        #expect(try minted().behavior.typingSound.isEnabled)
        #expect(try minted().behavior.silence.apology == "Sorry.")
        #expect(try minted().showsBehavior)
        body = #"{"session":{"type":"realtime","antiphon":{"typing_sound":{"volume":0.1}}}}"#
        #expect(try minted().behavior.typingSound.volume == 0.1)
        body = #"{"session":{"type":"realtime","antiphon":null}}"#
        #expect(try minted().behavior.typingSound.volume == 0.5)
        var plain = SessionConfiguration(model: "m")
        plain.setBehavior(operators, tenant: "{}")
        #expect(plain.behavior == operators)
        #expect(!plain.showsBehavior)
    }

    @Test("comes from the environment first, under names of its own")
    func environment() throws {
        let reader = try ConfigurationReader(
            for: .worker,
            environment: [
                "ACKNOWLEDGEMENT_ENABLED": "false", "ACKNOWLEDGEMENT_DELAY_MS": "450",
                "ACKNOWLEDGEMENT_PHRASES": "sure, let me see", "TYPING_SOUND_ENABLED": "true",
                "TYPING_SOUND_VOLUME": "0.1", "TYPING_SOUND_LOOP_DURATION_MS": "1500",
                "ANTIPHON_INTERRUPTION_MODE": "semantic", "ANTIPHON_ACKNOWLEDGEMENT_TOOL_DELAY_MS": "none",
                "ANTIPHON_SUMMARY_BUDGET_TOKENS": "4000", "ANTIPHON_AGENT_VARIABLES": "name=Ada, city=Paris",
            ], arguments: [], catalogue: Settings.everything)
        var expected = SessionBehavior()
        expected.acknowledgement.isEnabled = false
        expected.acknowledgement.delay = .milliseconds(450)
        expected.acknowledgement.phrases = ["sure", "let me see"]
        expected.acknowledgement.toolDelay = nil
        expected.typingSound.isEnabled = true
        expected.typingSound.volume = 0.1
        expected.typingSound.loopDuration = .milliseconds(1500)
        expected.interruption.mode = .semantic
        expected.summary.budget = 4000
        expected.agent.variables = ["name": "Ada", "city": "Paris"]
        #expect(SessionBehavior(reader) == expected)
    }

    @Test(
        "refuses a setting that does not fit",
        arguments: [
            ("ACKNOWLEDGEMENT_PHRASES", ","), ("ACKNOWLEDGEMENT_DELAY_MS", "-1"), ("TYPING_SOUND_VOLUME", "1.5"),
            ("ANTIPHON_INTERRUPTION_MODE", "never"), ("ANTIPHON_AGENT_VARIABLES", "name"),
            ("ANTIPHON_SUMMARY_BUDGET_TOKENS", "few"),
        ])
    func badSetting(name: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader(
                for: .worker, environment: [name: value], arguments: [], catalogue: Settings.everything)
        }
        #expect(error?.problems.count == 1)
        #expect(error?.problems.first?.hasPrefix("\(name) must be ") == true)
    }

    @Test("has a documented default that its own rule accepts, and a name of its own")
    func declarations() {
        let names = Settings.everything.map(\.name)
        #expect(Set(names).count == names.count)
        for field in BehaviorField.all where field.declaration.defaultText?.isEmpty == false {
            #expect(field.declaration.accepts(field.declaration.defaultText ?? ""), "\(field.path)")
        }
    }
}
