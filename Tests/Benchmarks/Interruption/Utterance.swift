import Audio

/// Something that comes from the user's side while the assistant speaks.
struct Utterance {
    /// What kind of thing it is; decides whether it shall stop the answer.
    enum Kind: String, CaseIterable {
        case speech, stopWord = "stop words", backchannel = "backchannels", noise, echo
        var shallStop: Bool { self == .speech || self == .stopWord }
    }

    let kind: Kind
    /// 16 kHz mono, beginning with its first sound.
    let samples: [Int16]
    /// What a recogniser would hear.
    let text: String
    /// How much of the answer itself comes back through the microphone until the echo canceller has settled.
    let echo: Double

    init(_ kind: Kind, _ samples: [Int16], text: String = "", echo: Double = 0.000_3) {
        self.kind = kind
        self.echo = echo
        self.text = text
        let loud = samples.indices.filter { abs(Int(samples[$0])) > 500 }
        self.samples = loud.isEmpty ? samples : Array(samples[(loud.first ?? 0)...(loud.last ?? 0)])
    }

    var seconds: Double { Double(samples.count) / 16_000 }

    /// The words whose sound is over `seconds` after the first one, spread evenly over the whole.
    func words(until seconds: Double) -> String {
        let words = text.split(separator: " ")
        let count = Int(Double(words.count) * seconds / max(self.seconds, 0.001))
        return words.prefix(max(0, count)).joined(separator: " ")
    }
}
