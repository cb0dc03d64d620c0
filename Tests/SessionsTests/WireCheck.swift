import Core
import RealtimeProtocol
import TestSupport

/// Writes every event in both shapes and compares the frames with the published types.
struct WireCheck {
    private let codecs: [(codec: any RealtimeCodec, inventory: EventInventory)]
    private var frame: [UInt8] = []
    private var audioFrames = 0
    private(set) var faults: [String] = []

    /// Audio frames differ in their audio only: one of this many is read back.
    private static let audioSample = 64
    private static let inventories = Result { try RealtimeShape.allCases.map { ($0, try EventInventory($0)) } }

    init() throws {
        codecs = try Self.inventories.get().map { ($0.makeCodec(), $1) }
    }

    mutating func see(_ event: ServerEvent) {
        if case .outputAudioDelta = event {
            audioFrames += 1
            guard audioFrames % Self.audioSample == 1 else { return }
        }
        for (codec, inventory) in codecs {
            frame.removeAll(keepingCapacity: true)
            codec.encode(event, eventID: EventID("event_walk"), into: &frame)
            guard !frame.isEmpty else { continue }
            if frame.count > ProtocolLimits.serverFrameBytes { faults.append("\(event.name) has \(frame.count) bytes") }
            guard let value = try? JSONValue.parse(frame) else {
                faults.append("\(event.name) is no JSON")
                continue
            }
            faults += inventory.faults(in: value)
        }
    }
}
