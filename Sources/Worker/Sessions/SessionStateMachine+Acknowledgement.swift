import Core
import Pipeline
import RealtimeProtocol

// The phrases that bridge the wait for an answer, once for a response, and those that say that a tool takes its time.
//
// A phrase is leading audio of the answer's own message, which is announced early for it: the answer's audio queues behind it, so
// the two never overlap, and the playout map knows which words are the answer's. Where the answer has none, the phrase is the
// message's transcript, and the model never sees it.
extension SessionStateMachine {
    /// Makes ready what the session may need; called whenever that may have changed.
    mutating func prepareComfort() {
        var plan = ComfortPlan()
        if phase == .open, configuration.kind == .realtime, configuration.outputModality == .audio {
            let settings = configuration.behavior.acknowledgement
            func request(_ text: String) -> SpeechRequest {
                SpeechRequest(
                    text: text, voice: configuration.output.voice, speed: configuration.output.speed, language: language
                )
            }
            if settings.isEnabled {
                let slow = settings.toolDelay == nil ? [] : settings.toolPhrases(in: language)
                for phrase in settings.phrases(in: language) + slow where !plan.phrases.contains(request(phrase)) {
                    plan.phrases.append(request(phrase))
                }
            }
            if let apology = configuration.behavior.silence.apology, !apology.isEmpty,
                apology.count <= PhraseAudio.apologyLength
            {
                plan.apology = request(apology)
            }
            let typing = configuration.behavior.typingSound
            if typing.isEnabled {
                plan.typing =
                    switch typing.source {
                    case .keystrokes: .keystrokes(typing.loopDuration)
                    case .clip: .clip(otherwise: typing.loopDuration)
                    }
            }
        }
        guard plan != comfort.plan else { return }
        if plan.typing != comfort.plan.typing { comfort.typing = nil }
        comfort.plan = plan
        actions.append(.prepareComfort(plan))
    }

    /// A response begins: from now on, or from the end of the speech that it answers, its patience counts.
    mutating func armComfort(_ id: ResponseID) {
        guard let response = responses[id], response.isSpoken, response.inConversation, response.verbatim == nil else {
            return
        }
        let settings = response.behavior.acknowledgement
        guard settings.isEnabled || response.behavior.typingSound.isEnabled else { return }
        responses[id]?.comfort.question = response.answeredTurn ?? conversation.last
        var start = now
        if settings.origin == .speechEnd, response.answeredTurn != nil, let end = comfort.speechEnd { start = end }
        actions.append(.setTimer(.comfort(id), at: max(now, start + settings.delay)))
    }

    /// The turn of speech is over: its last word was before the pause that ended it.
    mutating func noteSpeechEnd() {
        if let end = lastSpeechEnd {
            comfort.speechEnd = now - (position - end)
        } else if case .serverVAD(let vad) = configuration.input.turnDetection {
            comfort.speechEnd = now - vad.silenceDuration
        } else {
            comfort.speechEnd = now
        }
    }

    /// The answer has taken as long as it may without comfort.
    mutating func answerIsSlow(_ id: ResponseID) {
        responses[id]?.comfort.isDelayOver = true
        acknowledge(id)
    }

    /// Decides, once for a response, whether a phrase is said; waits only for the user's words where they count.
    mutating func acknowledge(_ id: ResponseID) {
        guard let response = responses[id], response.comfort.isDelayOver, !response.comfort.isAcknowledged,
            let isLong = isQuestionLong(response)
        else { return }
        responses[id]?.comfort.isAcknowledged = true
        let settings = response.behavior.acknowledgement
        guard settings.isEnabled, isLong, !response.comfort.hasAnswerAudio, mayComfort(response),
            isPhraseDue(after: settings.minimumGap)
        else { return }
        say(oneOf: settings.phrases(in: response.language), isForTool: false, id)
    }

    /// The server began to run a tool for the response.
    mutating func toolStarted(_ id: ResponseID) {
        guard let response = responses[id] else { return }
        responses[id]?.comfort.runningTools += 1
        // What comes after the tool is awaited anew.
        responses[id]?.comfort.hasAnswerAudio = false
        let settings = response.behavior.acknowledgement
        guard response.comfort.runningTools == 0, response.isSpoken, response.inConversation, settings.isEnabled,
            let delay = settings.toolDelay
        else { return }
        actions.append(.setTimer(.slowTool(id), at: now + delay))
    }

    /// A tool of the server is through.
    mutating func toolFinished(_ id: ResponseID) {
        guard let running = responses[id]?.comfort.runningTools, running > 0 else { return }
        responses[id]?.comfort.runningTools = running - 1
        guard running == 1 else { return }
        responses[id]?.silentSince = now
        actions.append(.cancelTimer(.slowTool(id)))
    }

    /// The tool still runs: a phrase of the second level, and perhaps another one later.
    mutating func toolIsSlow(_ id: ResponseID) {
        guard let response = responses[id], response.comfort.runningTools > 0 else { return }
        let settings = response.behavior.acknowledgement
        guard let delay = settings.toolDelay, response.comfort.toolPhrases < settings.toolLimit else { return }
        actions.append(.setTimer(.slowTool(id), at: now + delay))
        guard mayComfort(response), isPhraseDue(after: settings.minimumGap) else { return }
        responses[id]?.comfort.toolPhrases += 1
        say(oneOf: settings.toolPhrases(in: response.language), isForTool: true, id)
    }

    /// The audio of a phrase has come: it is said, unless the moment has passed.
    mutating func phraseReady(_ audio: [UInt8], _ id: ResponseID) {
        guard let wanted = responses[id]?.comfort.wanted else { return }
        responses[id]?.comfort.wanted = nil
        guard let response = responses[id], !audio.isEmpty, mayComfort(response),
            wanted.isForTool ? response.comfort.runningTools > 0 : !response.comfort.hasAnswerAudio
        else { return }
        openMessage(id)
        fillSpeech(id)
        let audio = response.output.filled(audio)
        let length = response.output.duration(ofBytes: audio.count)
        let isFirst = responses[id]?.playout.hasPhrases == false
        let words = isFirst ? wanted.phrase : " " + wanted.phrase
        responses[id]?.playout.beginComfort(words)
        responses[id]?.playout.extend(by: length)
        responses[id]?.playout.completePiece()
        responses[id]?.output.append(.phrase(words))
        responses[id]?.output.append(.phraseAudio(audio[...]))
        comfort.lastPhrase = wanted.phrase
        comfort.phraseEnd = max(now, response.output.pacer.playoutEnd ?? now) + length
        drainOutput(id)
    }

    /// The user has begun to speak: a phrase that waits to be said, for a listener who was behind, is not said any more.
    mutating func tendPhrase() {
        let userSpeaks = userSpeaks
        defer { comfort.userSpeaks = userSpeaks }
        guard userSpeaks, !comfort.userSpeaks, let id = activeResponse, responses[id]?.output.dropPhrase() == true
        else {
            return
        }
        responses[id]?.playout.dropPhrase()
        drainOutput(id)
    }

    /// Where nothing of the answer was said, what was said in its place becomes the message's transcript.
    ///
    /// - Returns: whether the message says nothing of the answer's.
    mutating func sayPhrases(_ id: ResponseID) -> Bool {
        guard let response = responses[id], response.isSpoken, let message = response.message, message.said.isEmpty
        else { return false }
        guard !message.phrases.isEmpty else { return true }
        responses[id]?.message?.said = message.phrases
        send(.outputTranscriptDelta(response.location(message), delta: message.phrases))
        return true
    }

    /// The response is over, and with it what it might have said to bridge the wait.
    mutating func endComfort(_ id: ResponseID) {
        guard let response = responses[id], response.isSpoken, response.inConversation else { return }
        if let end = comfort.phraseEnd { comfort.phraseEnd = min(end, now) }
        actions.append(.cancelTimer(.comfort(id)))
        if response.comfort.runningTools > 0 { actions.append(.cancelTimer(.slowTool(id))) }
    }

    /// Whether this is a moment in which comfort may be heard: the response goes on, is not in the middle of a piece, has nothing to
    /// say right now, and the user does not speak.
    func mayComfort(_ response: ActiveResponse) -> Bool {
        response.isSpoken && response.inConversation && !response.isFinishing && response.failure == nil && !userSpeaks
            && !response.output.isMuted && !response.comfort.isWithinPiece && response.output.queuedBytes == 0
            && response.call == nil
            && response.calls.allSatisfy(\.isClosed)
    }

    /// Whether the user speaks, be it that what is said may yet turn out to be nothing.
    private var userSpeaks: Bool {
        turn?.isSpeech == true || pending.map { $0.isSpeaking && !$0.isDismissed } ?? false
    }

    private func isPhraseDue(after gap: Duration) -> Bool { comfort.phraseEnd.map { now - $0 >= gap } ?? true }

    private var language: String? { configuration.input.transcription?.language }

    /// Whether the user said enough to be acknowledged; nil while that cannot be told.
    private func isQuestionLong(_ response: ActiveResponse) -> Bool? {
        let least = response.behavior.acknowledgement.minimumUserWords
        guard least > 0, let question = response.comfort.question,
            case .message(.user, let parts)? = conversation[question]?.item.content
        else { return true }
        let isWaiting = transcriptions[question] != nil
        let text = parts.reduce(transcriptions[question]?.partial ?? "") { $0 + " " + $1.words }
        if text.wordCount >= least { return true }
        return isWaiting ? nil : false
    }

    /// Asks for the audio of one of `phrases`: any but the last one said, where there is a choice.
    private mutating func say(oneOf phrases: [String], isForTool: Bool, _ id: ResponseID) {
        guard let response = responses[id] else { return }
        let others = phrases.filter { $0 != comfort.lastPhrase }
        let choice = others.isEmpty ? phrases : others
        guard let phrase = choice.count > 1 ? choice[identifiers.index(below: choice.count)] : choice.first else {
            return
        }
        responses[id]?.comfort.wanted = ResponseComfort.Wanted(phrase: phrase, isForTool: isForTool)
        let request = SpeechRequest(
            text: phrase, voice: response.object.voice, speed: response.speed, language: response.language)
        actions.append(.speakPhrase(id, request, response.object.outputFormat))
    }
}

extension ContentPart {
    /// What a user said or wrote in this part.
    fileprivate var words: String {
        switch self {
        case .inputText(let text), .outputText(let text): text
        case .inputAudio(_, let transcript): transcript ?? ""
        case .outputAudio(let transcript): transcript
        case .inputImage: ""
        }
    }
}

extension String {
    /// Words between spaces; of a script without spaces, as Chinese, each character is one.
    fileprivate var wordCount: Int {
        var count = 0
        var isInWord = false
        for scalar in unicodeScalars {
            let isLetter = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            if isLetter, scalar.properties.isIdeographic {
                count += 1
                isInWord = false
            } else if scalar.properties.isWhitespace {
                isInWord = false
            } else if isLetter, !isInWord {
                count += 1
                isInWord = true
            }
        }
        return count
    }
}
