import Budgets
import Core
import EventLoops
import Pipeline
import RealtimeProtocol

// Audio that is kept: of items, until the client retrieves it, and of input in no turn, until a commit takes it.
extension Session {
    /// Tells the machine what of the input a commit can still take.
    func noteKeptInput() {
        let start = input.keptStart()
        guard start != keptStart else { return }
        keptStart = start
        ingest(.audioKept(from: start))
    }

    func keepTurn(_ item: ItemID) {
        followed = nil
        let format = machine.configuration.input.format
        guard let samples = input.unfollow()?.samples, ItemAudio.mayKeep(samples.count, for: format) else { return }
        // A copy, since the feed's array may have room for twice as much.
        itemAudio?.keep(samples.map { $0 }, of: item, for: format)
    }

    func keepAudio(_ parts: [Int: [UInt8]], _ format: AudioFormat, _ item: ItemID) {
        for (index, audio) in parts { itemAudio?.keep(audio, part: index, of: item, format) }
    }

    /// Audio of an answer leaves.
    func keep(_ audio: ArraySlice<UInt8>, _ location: PartLocation) {
        // Of an item that was deleted nothing is kept, though the rest of it is heard.
        guard machine.conversation.contains(location.itemID) else { return }
        itemAudio?.extend(location.itemID, by: audio, machine.keptFormat(of: location.responseID))
    }

    // MARK: Retrieving

    /// Sends the item with its audio, which is made ready beside the loop; in the order in which the client asked, but for items
    /// beyond the bound, which are sent at once and without audio.
    func retrieve(_ retrieval: Retrieval) {
        guard retrievals.count < budgets.retrievals else { return ingest(.audioRetrieved(retrieval, [:])) }
        retrievals.append(retrieval)
        goOnRetrieving()
    }

    /// Goes on unless the client has yet to read what was sent before.
    func goOnRetrieving() {
        while retrieving == nil, !isEnded, !isListenerBehind, let next = retrievals.first {
            let audio = itemAudio?.audio(of: next.item) ?? []
            guard let store = providers.keptAudio, !audio.isEmpty else {
                retrievals.removeFirst()
                ingest(.audioRetrieved(next, [:]))
                continue
            }
            retrieving = task("retrieve") {
                let encoded = await store.encoded(audio, as: next.format)
                await self.retrieved(next, encoded)
            }
        }
    }

    private func retrieved(_ retrieval: Retrieval, _ audio: [Int: [UInt8]]) {
        retrieving = nil
        guard !isEnded else { return }
        retrievals.removeFirst()
        ingest(.audioRetrieved(retrieval, audio))
        goOnRetrieving()
    }

    /// The session is over: its audio is given back.
    func endKeeping() {
        retrieving?.cancel()
        retrievals = []
        itemAudio?.removeAll()
        input.endKeeping()
    }
}
