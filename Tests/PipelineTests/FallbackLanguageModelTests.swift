import Core
import EventLoops
import TestSupport
import Testing

@testable import Pipeline

@Suite("Several language models as one") struct FallbackLanguageModelTests {
    private let loop = VirtualTimeLoop(startingAt: .zero)
    private let watcher = CountingWatcher()

    private func stage(_ name: String, _ scripts: [ScriptedStage.Step]...) -> ScriptedStage {
        // A variadic cannot be passed on.
        switch scripts.count {
        case 1: ScriptedStage(name, loop, scripts[0])
        default: ScriptedStage(name, loop, scripts[0], scripts[1])
        }
    }

    private func model(_ stages: [ScriptedStage], mayRepeat: Bool = true) -> FallbackLanguageModel {
        FallbackLanguageModel(
            stages.map { .init($0, name: $0.name, mayRepeat: mayRepeat) }, deadlines: .round, loop: loop,
            watcher: watcher)
    }

    /// What was heard, how it ended, and after how many milliseconds.
    private func ask(
        _ model: FallbackLanguageModel, images: Bool = false, summary: String? = nil,
        repetition: LanguageModelRequest.Repetition? = nil
    ) throws -> (String, ErrorCategory?, Int) {
        let start = loop.now
        var request = LanguageModelRequest()
        request.messages = [.user(images ? [.image(url: "u", detail: "auto")] : [.text("t")])]
        request.isSummary = summary != nil
        request.model = summary
        request.repetition = repetition
        let asked = request
        let (text, failure) = try #require(
            try loop.complete { () -> (String, ErrorCategory?) in
                let text = Log<String>()
                do throws(ProviderError) {
                    _ = try await model.generate(asked) { event throws(ProviderError) in
                        if case .textDelta(let delta) = event { text.append(delta) }
                    }
                    return (text.values.joined(), nil)
                } catch {
                    return (text.values.joined(), error.category)
                }
            })
        return (text, failure, (loop.now - start).wholeMilliseconds)
    }

    @Test("A model that answers is asked once, and nobody else is")
    func healthy() throws {
        let (first, second) = (stage("a", [.wait(500), .say("hi"), .wait(1900), .say("!")]), stage("b", [.say("no")]))
        #expect(try ask(model([first, second])) == ("hi!", nil, 2400))
        #expect(second.calls.values.isEmpty)
        #expect(watcher.names.isEmpty)
        #expect(loop.pendingTimers == 0)
    }

    @Test("A model that breaks at once is asked again at once, then the next one")
    func broken() throws {
        let first = stage("a", [.wait(100), .fail(.unavailable)])
        let second = stage("b", [.wait(100), .say("hi")])
        #expect(try ask(model([first, second])) == ("hi", nil, 300))
        #expect(first.calls.values == [0, 100])
        #expect(second.calls.values == [200])
        #expect(watcher.names == ["a unavailable", "a unavailable"])
    }

    @Test(
        "What asking again cannot help goes to the next one directly",
        arguments: [ErrorCategory.authentication, .rateLimited, .quotaExceeded, .invalidRequest])
    func notRepeated(category: ErrorCategory) throws {
        let first = stage("a", [.fail(category)])
        #expect(try ask(model([first, stage("b", [.say("hi")])])) == ("hi", nil, 0))
        #expect(first.calls.values.count == 1)
    }

    @Test("A model that says when to ask again is asked then, if there is time and nobody else")
    func busy() throws {
        let only = stage("a", [.wait(100), .busy(2000)], [.say("hi")])
        #expect(try ask(model([only])) == ("hi", nil, 2100))
        #expect(only.calls.values == [0, 2100])
        let second = stage("b", [.say("hi")])
        #expect(try ask(model([stage("a", [.busy(2000)]), second])) == ("hi", nil, 0))
        #expect(try ask(model([stage("a", [.busy(7000)])])) == ("", .rateLimited, 0))
        #expect(try ask(model([stage("a", [.busy(1000)], [.busy(1000)])])) == ("", .rateLimited, 1000))
        #expect(try ask(model([stage("a", [.busy(1000)])], mayRepeat: false)) == ("", .rateLimited, 0))
        #expect(loop.pendingTimers == 0)
    }

    @Test("A model is busy while the next one is late: whoever answers first is heard")
    func busyBeside() throws {
        let (busy, slow) = (stage("a", [.busy(1000)], [.say("hi")]), stage("b", [.wait(3000), .say("late")]))
        #expect(try ask(model([busy, slow])) == ("hi", nil, 1000))
    }

    @Test("Who repeats a request itself gets it repeated by nobody else, and one time for all")
    func repeatedByCaller() throws {
        let due = loop.now + .seconds(4)
        let broken = stage("a", [.fail(.unavailable)])
        #expect(
            try ask(model([broken]), repetition: .init(isLast: false, firstWordBy: due)) == ("", .unavailable, 0))
        #expect(broken.calls.values.count == 1)
        #expect(try ask(model([stage("a", [.busy(1000)])]), repetition: .init(isLast: false, firstWordBy: due)).2 == 0)
        let lost = stage("a", [.hang], [.say("hi")])
        #expect(try ask(model([lost]), repetition: .init(isLast: false, firstWordBy: due)) == ("hi", nil, 2000))
        let last = stage("a", [.hang], [.say("hi")])
        #expect(try ask(model([last]), repetition: .init(isLast: true, firstWordBy: due)) == ("", .timeout, 2000))
        #expect(last.calls.values.count == 1)
    }

    @Test("An embedded model that breaks is not asked twice")
    func embedded() throws {
        let only = stage("a", [.fail(.internal)])
        #expect(try ask(model([only], mayRepeat: false)) == ("", .internal, 0))
        #expect(only.calls.values.count == 1)
    }

    @Test("A model that is late stays in the race, and the first to speak is heard alone")
    func late() throws {
        // Of 6 s and two models, the first one twice, each has a share of two.
        let slow = stage("a", [.wait(2500), .say("slow"), .wait(500), .say("!")])
        let other = stage("b", [.wait(1000), .say("other")])
        #expect(try ask(model([slow, other])) == ("slow!", nil, 3000))
        #expect(other.calls.values == [2000])
        #expect(other.cancelled.values == [2500])
        #expect(watcher.names.isEmpty)
        let stuck = stage("c", [.hang])
        #expect(try ask(model([stuck, stage("d", [.wait(1000), .say("other")])])) == ("other", nil, 3000))
        #expect(stuck.cancelled.values == [6000])
        #expect(watcher.names == ["c timeout"])
    }

    @Test("However many models are stuck, the stage takes its time and no longer", arguments: 1...4)
    func stuck(count: Int) throws {
        let stages = (0..<count).map { stage("\($0)", [.hang]) }
        #expect(try ask(model(stages)) == ("", .timeout, 6000))
        #expect(stages[0].calls.values.count == 2)
        #expect(stages.allSatisfy { $0.cancelled.values.count == $0.calls.values.count })
        #expect(loop.pendingTimers == 0)
    }

    @Test("A model that ignores that it is cancelled delays nobody")
    func ignores() throws {
        #expect(try ask(model([stage("a", [.ignore]), stage("b", [.say("hi")])])) == ("hi", nil, 2000))
        #expect(try ask(model([stage("a", [.ignore])], mayRepeat: false)) == ("", .timeout, 6000))
    }

    @Test(
        "What one model has begun no other goes on with",
        arguments: [ScriptedStage.Step.fail(.malformedResponse), .hang, .ignore])
    func begun(end: ScriptedStage.Step) throws {
        let other = stage("b", [.say("no")])
        let (text, failure, time) = try ask(model([stage("a", [.wait(1000), .say("I"), end]), other]))
        #expect(text == "I" && failure != nil)
        #expect([1000, 3000].contains(time))
        #expect(other.calls.values.isEmpty)
    }

    @Test("An answer has an end, even if it comes a word a second")
    func endless() throws {
        let drip = stage("a", Array(repeating: [.wait(1000), .say(".")], count: 200).flatMap(\.self))
        let (text, failure, time) = try ask(model([drip]))
        #expect(text.count >= 119 && failure == .timeout && time == 120_000)
    }

    @Test("Cancelling stops every attempt at once")
    func cancelling() throws {
        let (first, second) = (stage("a", [.hang]), stage("b", [.hang]))
        let model = model([first, second])
        let task = Task(executorPreference: loop) {
            do throws(ProviderError) {
                _ = try await model.generate(LanguageModelRequest()) { _ throws(ProviderError) in }
                return ErrorCategory?.none
            } catch {
                return error.category
            }
        }
        loop.advance(by: .milliseconds(2500))
        loop.run { task.cancel() }
        #expect(first.cancelled.values == [2500])
        #expect(second.cancelled.values == [2500])
        #expect(try loop.complete { await task.value } == .cancelled)
        #expect(watcher.names.isEmpty)
        #expect(loop.pendingTimers == 0)
    }

    @Test("A model that fails every time is skipped by all until a probe succeeds")
    func skipped() throws {
        let first = stage("a", [.fail(.authentication)])
        let health = ProviderHealth()
        let second = stage("b", [.say("hi")])
        let model = FallbackLanguageModel(
            [
                .init(first, name: "a", mayRepeat: true, health: health), .init(second, name: "b", mayRepeat: true),
            ], deadlines: .round, loop: loop, watcher: watcher)
        for _ in 0..<10 { #expect(try ask(model).0 == "hi") }
        #expect(first.calls.values.count == 3)
        #expect(health.isSkipped)
        loop.advance(by: .seconds(10))
        for _ in 0..<3 { #expect(try ask(model).0 == "hi") }
        #expect(first.calls.values.count == 4, "one probe")
    }

    @Test("Requests that are wrong say nothing about a model")
    func wrongRequests() throws {
        let health = ProviderHealth()
        let first = stage("a", [.fail(.invalidRequest)])
        let model = FallbackLanguageModel(
            [.init(first, name: "a", mayRepeat: true, health: health)], deadlines: .round, loop: loop)
        for _ in 0..<10 { #expect(try ask(model).1 == .invalidRequest) }
        #expect(!health.isSkipped)
    }

    @Test("Where all are skipped, all are asked")
    func allSkipped() throws {
        let only = stage("a", [.fail(.authentication)])
        let model = model([only])
        for _ in 0..<10 { #expect(try ask(model).1 == .authentication) }
        #expect(only.calls.values.count == 10)
    }

    @Test("A model that sees no pictures is asked about none")
    func images() throws {
        let blind = ScriptedStage("a", loop, [.say("blind")], acceptsImages: false)
        let model = model([blind, stage("b", [.say("seen")])])
        #expect(model.acceptsImages)
        #expect(try ask(model, images: true).0 == "seen")
        #expect(try ask(model).0 == "blind")
    }

    @Test("A model that cannot summarise is not asked to, and a model's name goes to the provider it belongs to")
    func summaries() throws {
        let broken = stage("a", [.fail(.authentication)])
        let script = ScriptedStage("b", loop, [.say("script")], canSummarize: false)
        let model = model([broken, script, stage("c", [.say("sum")])])
        #expect(model.canSummarize)
        #expect(try ask(model).0 == "script")
        #expect(try ask(model, summary: "small").0 == "sum")
        #expect(broken.asked.values == ["", "small"])
        // It is still the first choice for answers, however often the session's own model fails.
        for _ in 0..<10 { _ = try ask(model, summary: "small") }
        _ = try ask(model)
        #expect(broken.asked.values.last?.isEmpty == true)
        let alone = self.model([script])
        #expect(!alone.canSummarize)
    }
}
