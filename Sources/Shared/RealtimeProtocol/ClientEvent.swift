package import Core

/// What a client asks, whichever shape it speaks.
package struct ClientMessage: Sendable, Equatable {
    /// The client's own `event_id`, repeated in errors only.
    package var eventID: String?
    /// What it asks.
    package var event: ClientEvent
    /// A message with these values.
    package init(eventID: String? = nil, event: ClientEvent) {
        self.eventID = eventID
        self.event = event
    }
}

/// One client event (protocol section 2).
package enum ClientEvent: Sendable, Equatable {
    /// Indirect: it is rare and large, and would make every append as large.
    indirect case sessionUpdate(SessionUpdate)
    /// The decoded bytes are in the decoder's `audio` buffer, valid until its next call.
    case inputAudioAppend
    case inputAudioCommit
    case inputAudioClear
    /// WebRTC and SIP only; refused on a WebSocket.
    case outputAudioClear
    /// `item.id` is empty when the client chose none.
    case itemCreate(ConversationItem, previous: PreviousItem)
    case itemRetrieve(ItemID)
    case itemDelete(ItemID)
    case itemTruncate(ItemID, contentIndex: Int, audioEnd: Duration)
    case responseCreate(ResponseRequest)
    case responseCancel(ResponseID?)
}

/// Where a new item goes.
package enum PreviousItem: Sendable, Equatable {
    /// At the tail: absent, null or "".
    case tail
    /// At the head: "root".
    case head
    case after(ItemID)
}
