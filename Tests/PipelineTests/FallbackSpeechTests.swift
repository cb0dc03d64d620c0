import Core
import EventLoops
import TestSupport
import Testing

@testable import Pipeline

@Suite("Several recognisers as one") struct FallbackSpeechToTextTests {
    private let loop = VirtualTimeLoop(startingAt: .zero)
    private let watcher = CountingWatcher()

    /// The user speaks for three seconds; who understood, how it failed, partial results, and after how many milliseconds.
    private func hear(
        _ stages: [ScriptedStage], mayRepeat: Bool = true
    ) throws -> (name: String?, failure: ErrorCategory?, partials: [String], time: Int) {
        let recogniser = FallbackSpeechToText(
            stages.map { .init($0, name: $0.name, mayRepeat: mayRepeat) }, deadlines: .round, loop: loop,
            watcher: watcher)
        let feed = AudioFeed()
        let partials = Log<String>()
        let task = Task(executorPreference: loop) { () -> (String?, ErrorCategory?) in
            do throws(ProviderError) {
                let transcript = try await recogniser.transcribe(feed, options: TranscriptionOptions()) { partial in
                    partials.append(partial)
                }
                return (transcript.text, nil)
            } catch {
                return (nil, error.category)
            }
        }
        for _ in 0..<30 {
            loop.run { feed.append([Int16](repeating: 1, count: 1600).span) }
            loop.advance(by: .milliseconds(100))
        }
        let end = loop.now
        loop.run { feed.finish() }
        let (name, failure) = try #require(try loop.complete { await task.value })
        return (name, failure, partials.values, (loop.now - end).wholeMilliseconds)
    }

    @Test("The next recogniser hears the whole turn from its beginning")
    func replay() throws {
        let second = ScriptedStage("b", loop, [.wait(100)])
        let result = try hear([ScriptedStage("a", loop, [.fail(.rateLimited)]), second])
        #expect(result.name == "b" && result.time == 100)
        #expect(second.asked.values == ["48000"])
        #expect(watcher.names == ["a rate_limited"])
    }

    @Test("While the user speaks no time counts; afterwards a late recogniser stays in the race")
    func late() throws {
        let slow = try hear([ScriptedStage("a", loop, [.wait(2500)]), ScriptedStage("b", loop, [.wait(1000)])])
        #expect(slow.name == "a" && slow.time == 2500)
        let stuck = try hear([ScriptedStage("a", loop, [.hang]), ScriptedStage("b", loop, [.wait(1000)])])
        #expect(stuck.name == "b" && stuck.time == 3000)
        #expect(watcher.names == ["a timeout"])
        let all = try hear([ScriptedStage("a", loop, [.hang]), ScriptedStage("b", loop, [.ignore])])
        #expect(all.failure == .timeout && all.time == 6000)
    }

    @Test("A recogniser that is busy is asked again when it says, if there is time")
    func busy() throws {
        let early = ScriptedStage("a", loop, [.busy(2000)], [.wait(100)])
        #expect(try hear([early]).time == 2100)
        let busy = ScriptedStage("a", loop, [.busy(60_000)])
        #expect(try hear([busy]).failure == .rateLimited)
    }

    @Test("Partial results are those of one recogniser")
    func partials() throws {
        let first = ScriptedStage("a", loop, [.say("one"), .wait(2100), .say("one two"), .wait(500), .fail(.timeout)])
        let second = ScriptedStage("b", loop, [.say("won"), .wait(900), .say("won too"), .wait(500)])
        let result = try hear([first, second])
        #expect(result.partials == ["one", "one two", "won too"])
        #expect(result.name == "b" && result.time == 3400)
    }
}

@Suite("Several voices as one") struct FallbackTextToSpeechTests {
    private let loop = VirtualTimeLoop(startingAt: .zero)
    private let watcher = CountingWatcher()
    private let text = "one two three four five six"

    /// Chunks heard with the time of each, their words, and how it failed.
    private func speak(
        _ stages: [ScriptedStage], listening: Duration = .zero
    ) throws -> (times: [Int], words: [WordTiming], failure: ErrorCategory?) {
        let voice = FallbackTextToSpeech(
            stages.map { .init($0, name: $0.name, mayRepeat: true) }, deadlines: .round, loop: loop, watcher: watcher)
        let start = loop.now
        let times = Log<Int>()
        let words = Log<[WordTiming]>()
        let (loop, text) = (loop, text)
        let failure = try #require(
            try loop.complete { () -> [ErrorCategory] in
                do throws(ProviderError) {
                    try await voice.synthesize(SpeechRequest(text: text, voice: "v")) { chunk throws(ProviderError) in
                        times.append((loop.now - start).wholeMilliseconds)
                        words.append(chunk.words)
                        if listening > .zero { try? await loop.sleep(for: listening) }
                    }
                    return []
                } catch {
                    return [error.category]
                }
            }
        ).first
        return (times.values, words.values.flatMap(\.self), failure)
    }

    @Test("A piece of which nothing was heard is spoken from its beginning")
    func fromTheBeginning() throws {
        let second = ScriptedStage("b", loop, [.wait(50), .say("x"), .say("y")])
        let result = try speak([ScriptedStage("a", loop, [.fail(.quotaExceeded)]), second])
        #expect(result.times == [50, 50] && result.failure == nil)
        #expect(second.asked.values == [text])
    }

    @Test(
        "Speech that breaks off goes on at the word that was being spoken",
        arguments: [ScriptedStage.Step.fail(.malformedResponse), .hang])
    func goesOn(end: ScriptedStage.Step) throws {
        // 100 ms a word, and the words are known: "three" begins at byte 8.
        let first = ScriptedStage("a", loop, [.say("0"), .say("4"), .say("8"), end])
        let second = ScriptedStage("b", loop, [.wait(50), .say("0"), .say("6")])
        let result = try speak([first, second])
        #expect(second.asked.values == ["three four five six"])
        #expect(result.failure == nil)
        #expect(result.words.map(\.textOffset) == [0, 4, 8, 8, 14])
        #expect(result.words.last?.start == .milliseconds(310))
        #expect(watcher.names.count == 1)
    }

    @Test("Where words are not known, the place is estimated and no word is left out")
    func estimate() throws {
        let first = ScriptedStage("a", loop, Array(repeating: .say("?"), count: 8) + [.fail(.unavailable)])
        let second = ScriptedStage("b", loop, [.say("?")])
        #expect(try speak([first, second]).failure == nil)
        // 800 ms at 13 characters a second: the tenth character is in "three".
        #expect(second.asked.values == ["three four five six"])
        let all = ScriptedStage("c", loop, Array(repeating: .say("?"), count: 30) + [.fail(.unavailable)])
        let nobody = ScriptedStage("d", loop, [.say("?")])
        #expect(try speak([all, nobody]).failure == nil)
        #expect(nobody.calls.values.isEmpty, "everything was said")
    }

    @Test("Speech is taken up once; the second break ends the piece within the stage's bounds")
    func twice() throws {
        let result = try speak([
            ScriptedStage("a", loop, [.say("0"), .hang]), ScriptedStage("b", loop, [.say("0"), .hang]),
        ])
        #expect(result.failure == .timeout)
        #expect(loop.now == .zero + .seconds(2))
        #expect(loop.pendingTimers == 0)
    }

    @Test("A voice that makes no sound of a text is followed by the next, and is none the worse for it")
    func noSound() throws {
        let mute = ScriptedStage("a", loop, [])
        let second = ScriptedStage("b", loop, [.say("x")])
        for _ in 0..<5 { #expect(try speak([mute, second]).failure == nil) }
        #expect(second.calls.values.count == 5 && mute.calls.values.count == 5)
        let all = try speak([ScriptedStage("c", loop, []), ScriptedStage("d", loop, [])])
        #expect(all.failure == .invalidRequest && all.times.isEmpty)
        let rest = try speak([
            ScriptedStage("e", loop, [.say("0"), .fail(.unavailable)]), ScriptedStage("f", loop, []),
        ])
        #expect(rest.failure == .unavailable, "the first voice is asked once more for the rest, and breaks again")
    }

    @Test("A listener who is slow holds the voice back and is not taken for its silence")
    func heldBack() throws {
        let voice = ScriptedStage("a", loop, Array(repeating: .say("?"), count: 20))
        let result = try speak([voice], listening: .seconds(30))
        #expect(result.failure == nil)
        #expect(result.times == (0..<20).map { $0 * 30_000 })
    }
}

@Suite("Circuit breaker") struct CircuitBreakerTests {
    private func at(_ seconds: Int) -> MonotonicInstant { .zero + .seconds(seconds) }

    @Test("Three failures in a row open it, fewer do not")
    func threshold() {
        var breaker = CircuitBreaker()
        for _ in 0..<5 {
            breaker.failed(now: at(0))
            breaker.failed(now: at(0))
            breaker.succeeded()
        }
        #expect(!breaker.isOpen)
        for _ in 0..<3 { breaker.failed(now: at(0)) }
        #expect(breaker.isOpen)
    }

    @Test("One probe goes after each pause; the pauses grow to two minutes; a success closes it")
    func probes() {
        var breaker = CircuitBreaker()
        for _ in 0..<3 { breaker.failed(now: at(0)) }
        let admitted = (0...9).map { breaker.admits(now: at($0)) }
        #expect(!admitted.contains(true))
        // A probe that never comes back does not close the way for ever.
        let around = [10, 11, 19, 20].map { breaker.admits(now: at($0)) }
        #expect(around == [true, false, false, true])
        var time = 20
        for pause in [20, 40, 80, 120, 120] {
            breaker.failed(now: at(time))
            let admitted = [pause - 1, pause].map { breaker.admits(now: at(time + $0)) }
            #expect(admitted == [false, true])
            time += pause
        }
        breaker.succeeded()
        #expect(!breaker.isOpen)
    }
}
