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
        guard !isEnded, !takeAtOnce(frame) else { return }
        intake.push(.text(unsafe frame.withUnsafeBufferPointer { unsafe Array($0) }))
        scheduleIntake()
    }

    /// Takes up a text that is ours, or lets it wait.
    func take(_ frame: [UInt8]) {
        guard !isEnded, !takeAtOnce(frame.span) else { return }
        intake.push(.text(frame))
        scheduleIntake()
    }

    private func takeAtOnce(_ frame: Span<UInt8>) -> Bool {
        guard intake.isEmpty, !connection.isOverfull, !isLarge(frame.count), mayTakeNow() else { return false }
        decode(frame)
        // What fits is heard at once: an append of usual length costs no other turn.
        goOn(asItComes: true)
        return true
    }

    /// Whether this turn of the loop has room for one more piece that is taken up as it comes.
    private func mayTakeNow() -> Bool {
        let (turn, now) = (loop.turn, self.now)
        return sharedIntake.mayTake(turn: turn, now: now) && intake.mayTake(budgets, turn: turn, now: now)
    }

    /// Takes up a message that cannot be read, or lets it wait behind what came before.
    func take(_ frame: SessionIntake.Frame) {
        guard !isEnded else { return }
        intake.push(frame)
        if !intake.isScheduled { goOn(asItComes: true) }
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
        guard !intake.isScheduled, !intake.isReading, intake.timer == nil, !connection.isOverfull else { return }
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
        reading?.cancel()
        reading = nil
        intake.removeAll()
        if let timer = intake.timer { loop.cancel(timer) }
        intake.timer = nil
    }

    /// In a turn of its own a session needs no leave of the others: there is one such turn for each.
    private func goOn(asItComes: Bool = false) {
        while !isEnded, !intake.isEmpty, !intake.isReading, intake.timer == nil, !connection.isOverfull {
            guard asItComes ? mayTakeNow() : intake.mayTake(budgets, turn: loop.turn, now: now) else { break }
            takePiece()
        }
        scheduleIntake()
    }

    private func takePiece() {
        if intake.append != nil { return hearPiece() }
        if !intake.items.isEmpty { return convertPiece() }
        switch intake.popFrame() {
        case .text(let text):
            if let reading = sharedIntake.readLargeFrame, isLarge(text.count) {
                read(text, reading)
            } else {
                decode(text.span)
            }
        case .fault(let error): refuse(error)
        case nil: break
        }
    }

    private func isLarge(_ count: Int) -> Bool { sharedIntake.readLargeFrame != nil && count > budgets.frameOnLoop }

    /// Reads a large frame on another thread; what came after it waits.
    private func read(_ frame: [UInt8], _ reading: @escaping SharedIntake.FrameReading) {
        intake.isReading = true
        let reader = codec.frameReader
        self.reading = task("frame") {
            let (message, audio) =
                await reading(reader, frame)
                ?? (.failure(ProtocolError(.serverError, "The message could not be read.", type: .server)), [])
            await self.wasRead(message, audio)
        }
    }

    private func wasRead(_ message: Result<ClientMessage, ProtocolError>, _ audio: [UInt8]) {
        guard !isEnded else { return }
        intake.isReading = false
        reading = nil
        switch message {
        case .success(let message): take(message, audio)
        case .failure(let error): refuse(error)
        }
        if !intake.isScheduled { goOn(asItComes: true) }
    }

    private func decode(_ frame: Span<UInt8>) {
        do throws(ProtocolError) {
            let message = try codec.decode(frame)
            let audio = codec.audio
            codec.giveBack()
            take(message, audio)
        } catch {
            codec.giveBack()
            refuse(error)
        }
    }

    private func take(_ message: ClientMessage, _ audio: [UInt8]) {
        guard case .inputAudioAppend = message.event else {
            guard mayTakeEvent() else { return ingest(.rejected(Self.tooManyEvents(message.eventID))) }
            if case .inputAudioCommit = message.event { noteKeptInput() }
            return ingest(.client(message))
        }
        if audio.count <= input.bytes(in: Self.appendStep), mayHear(audio.count) {
            hear(audio.span)
            ingest(.client(message))
        } else {
            intake.append = IntakeAppend(audio: audio, message: message)
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
        noteKeptInput()
        ingest(.audioAppended(input.duration(ofBytes: bytes.count)))
        if let lost {
            logger.error("input audio lost", [.error: .string(lost.description)])
            ingest(.rejected(ProtocolError(.serverError, "The audio could not be converted.", type: .server)))
        }
        while !isEnded, let event = input.nextEvent() {
            switch event {
            case .speechStarted(let position):
                noteKeptInput()
                ingest(.speechStarted(position: position))
            case .speechPaused(let position): ingest(.speechPaused(position: position))
            case .speechResumed(let position): ingest(.speechResumed(position: position))
            case .speechStopped: ingest(.speechStopped)
            }
        }
    }

    private func convertPiece() {
        guard let item = intake.items.first else { return }
        let audio = item.audio
        let start = item.converted
        let end = min(audio.count, start + Self.itemStep)
        do throws(AudioError) {
            var samples: [Int16] = []
            // Where it stands: a copy would have to copy what the converter holds.
            try intake.items[0].converter.convert(audio.span.extracting(start..<end), into: &samples)
            item.feed.append(samples.span)
            intake.items[0].converted = end
        } catch {
            logger.error("input audio lost", [.error: .string(error.description)])
            intake.items[0].converted = audio.count
        }
        guard intake.items[0].converted == audio.count else { return }
        item.feed.finish()
        intake.items.removeFirst()
    }
}
