import Audio
import Budgets
import Core
import EventLoops
import Observability
import Pipeline
import RealtimeProtocol

// How a session takes up what its client sends: in order, and a bounded piece of it in each turn of the loop.
extension Session {
    /// Takes up a text, or lets it wait behind what came before.
    func take(_ frame: Span<UInt8>) {
        guard !isEnded else { return }
        if intake.isEmpty, intake.mayTake(budgets, turn: loop.turn, now: now) {
            decode(frame)
            // What fits is heard at once: an append of usual length costs no other turn.
            goOn()
        } else {
            intake.push(.text(unsafe frame.withUnsafeBufferPointer { unsafe Array($0) }))
            scheduleIntake()
        }
    }

    /// Takes up a message that cannot be read, or lets it wait behind what came before.
    func take(_ frame: SessionIntake.Frame) {
        guard !isEnded else { return }
        intake.push(frame)
        if !intake.isScheduled { goOn() }
    }

    /// Lets a later turn go on with what waits, or the connection read on.
    func scheduleIntake() {
        guard !isEnded else { return }
        if intake.isEmpty {
            guard intake.isHolding else { return }
            intake.isHolding = false
            return connection.resumeReading()
        }
        if !intake.isHolding {
            intake.isHolding = true
            connection.holdReading()
        }
        guard !intake.isScheduled, intake.timer == nil else { return }
        intake.isScheduled = true
        loop.executeLater { [weak self] in
            self?.assumeIsolated {
                $0.intake.isScheduled = false
                $0.goOn()
            }
        }
    }

    /// The session is over: nothing that waits is taken up.
    func endIntake() {
        intake.removeAll()
        if let timer = intake.timer { loop.cancel(timer) }
        intake.timer = nil
    }

    private func goOn() {
        while !isEnded, !intake.isEmpty, intake.timer == nil {
            guard intake.mayTake(budgets, turn: loop.turn, now: now) else { break }
            takePiece()
        }
        scheduleIntake()
    }

    private func takePiece() {
        if intake.append != nil { return hearPiece() }
        if !intake.items.isEmpty { return convertPiece() }
        switch intake.popFrame() {
        case .text(let text): decode(text.span)
        case .fault(let error): refuse(error)
        case nil: break
        }
    }

    private func decode(_ frame: Span<UInt8>) {
        do throws(ProtocolError) {
            let message = try codec.decode(frame)
            if case .inputAudioAppend = message.event {
                let audio = codec.audio
                codec.giveBack()
                if audio.count <= input.bytes(in: Self.appendStep), mayHear(audio.count) {
                    hear(audio.span)
                    return ingest(.client(message))
                }
                intake.append = IntakeAppend(audio: audio, message: message)
                return
            }
            codec.giveBack()
            guard mayTakeEvent() else { return ingest(.rejected(Self.tooManyEvents(message.eventID))) }
            ingest(.client(message))
        } catch {
            codec.giveBack()
            refuse(error)
        }
    }

    private func refuse(_ error: ProtocolError) {
        ingest(.rejected(mayTakeEvent() ? error : Self.tooManyEvents(error.eventID)))
    }

    private func mayTakeEvent() -> Bool { intake.events.take(of: budgets.events, now: now) }

    private static func tooManyEvents(_ id: String?) -> ProtocolError {
        ProtocolError(
            .rateLimitExceeded, "Too many client events. This one was not carried out; send it again later.",
            eventID: id, type: .rateLimit)
    }

    // MARK: Audio

    /// A long append is heard in steps of this length, so that each turn in it begins and ends where it does.
    private static let appendStep = Duration.milliseconds(20)
    /// Audio of an item that is converted in one piece, in bytes of any format.
    private static let itemStep = 1920

    /// Whether the rate of audio allows this much more.
    private func mayHear(_ bytes: Int) -> Bool {
        intake.audio.take(input.duration(ofBytes: bytes).inSeconds, of: budgets.audio, now: now)
    }

    private func hearPiece() {
        guard let append = intake.append else { return }
        let end = min(append.audio.count, append.heard + input.bytes(in: Self.appendStep))
        if end > append.heard {
            guard mayHear(end - append.heard) else { return waitForRate() }
            intake.append?.heard = end
            hear(append.audio.span.extracting(append.heard..<end))
        }
        guard end == append.audio.count, !isEnded else { return }
        intake.append = nil
        ingest(.client(append.message))
    }

    /// The audio came faster than it may: the rest waits.
    private func waitForRate() {
        intake.timer = loop.schedule(after: Self.rateWait) { [weak self] in
            self?.assumeIsolated {
                $0.intake.timer = nil
                $0.scheduleIntake()
            }
        }
    }
    private static let rateWait = Duration.milliseconds(10)

    private func hear(_ bytes: Span<UInt8>) {
        var lost: AudioError?
        // Before the machine moves its position: a turn that ends here gets all the audio that it claims.
        do throws(AudioError) {
            try input.append(bytes)
        } catch {
            lost = error
        }
        ingest(.audioAppended(input.duration(ofBytes: bytes.count)))
        if let lost {
            logger.error("input audio lost", [.error: .string(lost.description)])
            ingest(.rejected(ProtocolError(.serverError, "The audio could not be converted.", type: .server)))
        }
        while !isEnded, let event = input.nextEvent() {
            switch event {
            case .speechStarted(let position): ingest(.speechStarted(position: position))
            case .speechPaused(let position): ingest(.speechPaused(position: position))
            case .speechResumed(let position): ingest(.speechResumed(position: position))
            case .speechStopped: ingest(.speechStopped)
            }
        }
    }

    private func convertPiece() {
        guard var item = intake.items.first else { return }
        let audio = item.audio
        let start = item.converted
        let end = min(audio.count, start + Self.itemStep)
        do throws(AudioError) {
            var samples: [Int16] = []
            try item.converter.convert(audio.span.extracting(start..<end), into: &samples)
            item.feed.append(samples.span)
            item.converted = end
        } catch {
            logger.error("input audio lost", [.error: .string(error.description)])
            item.converted = item.audio.count
        }
        intake.items[0] = item
        guard item.converted == item.audio.count else { return }
        item.feed.finish()
        intake.items.removeFirst()
    }
}
