import CHiredis
import EventLoops
import Glibc

/// One physical connection: the owner of one `redisAsyncContext`.
///
/// DESIGN. hiredis asks for readiness through the `ev` hooks and calls back from `redisAsyncHandleRead` and
/// `redisAsyncHandleWrite`. The context holds one retain of this object from `init` to its `cleanup` hook, which hiredis calls
/// exactly once, before it closes the descriptor; `cleanup` is therefore the only place where a connection ends. Commands of
/// one turn of the loop are written together: `addWrite` after the connect does not arm the descriptor but asks for one flush
/// at the end of the turn, and only a write that did not fit waits for readiness.
///
/// `@unchecked Sendable`: every method and every callback runs on `loop`; the reference alone crosses threads.
@safe final class RedisSocket: @unchecked Sendable {
    /// Told what happens; always on the loop.
    ///
    /// Nothing comes after `closed`.
    protocol Delegate: AnyObject, Sendable {
        func socketConnected()
        func socketReceived(_ reply: RedisReply, for token: UInt)
        func socketClosed(_ reason: String)
    }

    // hiredis writes with write(2), which raises SIGPIPE when the server is gone; the error it returns is all we want.
    private static let brokenPipesIgnored: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    private let loop: any FileDescriptorEventLoop
    private weak var delegate: (any Delegate)?
    private var context: UnsafeMutablePointer<redisAsyncContext>?
    private let descriptor: Int32
    private var interest: FileDescriptorEvents = []
    private var isConnected = false
    private var isFlushing = false
    private var isFlushWanted = false
    private var failure = ""

    /// Starts connecting to a numeric address or a socket path, without waiting.
    ///
    /// Throws `unavailable` when that fails at once.
    init(
        _ endpoint: RedisAddress.Endpoint, loop: any FileDescriptorEventLoop, delegate: any Delegate
    ) throws(RedisError) {
        Self.brokenPipesIgnored
        let context =
            switch endpoint {
            case .tcp(let host, let port): unsafe redisAsyncConnect(host, Int32(port))
            case .unix(let path): unsafe redisAsyncConnectUnix(path)
            }
        guard let context = unsafe context else { throw RedisError(.unavailable, "out of memory") }
        guard unsafe context.pointee.err == 0 else {
            let reason = unsafe Self.reason(of: context)
            unsafe redisAsyncFree(context)
            throw RedisError(.unavailable, reason)
        }
        unsafe self.context = context
        (self.loop, self.delegate) = (loop, delegate)
        descriptor = unsafe context.pointee.c.fd
        let retained = unsafe Unmanaged.passRetained(self).toOpaque()
        unsafe context.pointee.data = retained
        unsafe context.pointee.ev.data = retained
        unsafe context.pointee.ev.addRead = { unsafe RedisSocket.from($0).changeInterest(inserting: .read) }
        unsafe context.pointee.ev.delRead = { unsafe RedisSocket.from($0).changeInterest(removing: .read) }
        unsafe context.pointee.ev.addWrite = { unsafe RedisSocket.from($0).wantWrite() }
        unsafe context.pointee.ev.delWrite = { unsafe RedisSocket.from($0).changeInterest(removing: .write) }
        unsafe context.pointee.ev.cleanup = { unsafe RedisSocket.from($0).cleanUp() }
        unsafe redisAsyncSetConnectCallback(context) { context, status in
            guard let data = unsafe context?.pointee.data else { return }
            unsafe RedisSocket.from(data).connectFinished(succeeded: status == REDIS_OK)
        }
    }

    /// Hands one command over; its answer comes with `token`.
    ///
    /// False if the connection is on its way down.
    func send(_ wireForm: [UInt8], token: UInt) -> Bool {
        guard let context = unsafe context else { return false }
        // The token travels as the bits of the callback's private pointer, which hiredis never follows.
        let privateData = unsafe UnsafeMutableRawPointer(bitPattern: token)
        return unsafe wireForm.withUnsafeBytes { bytes in
            unsafe redisAsyncFormattedCommand(
                context,
                { context, reply, token in
                    guard let data = unsafe context?.pointee.data, let reply = unsafe reply else { return }
                    let copy = unsafe RedisReply(copying: reply.assumingMemoryBound(to: redisReply.self))
                    unsafe RedisSocket.from(data).delegate?.socketReceived(copy, for: UInt(bitPattern: token))
                },
                privateData, bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count) == REDIS_OK
        }
    }

    /// Takes what has arrived already, without waiting for the loop to say so.
    func receivePending() {
        guard isConnected, let context = unsafe context else { return }
        unsafe redisAsyncHandleRead(context)
    }

    /// Ends the connection now and tells the delegate nothing more.
    ///
    /// Does nothing the second time.
    ///
    /// Called from within a callback, hiredis frees the context when that callback has returned.
    func close() {
        delegate = nil
        if let context = unsafe context { unsafe redisAsyncFree(context) }
    }

    private func handle(_ events: FileDescriptorEvents) {
        if !isConnected || events.contains(.write) { flush() }
        if events.contains(.read) || events.contains(.failure) {
            // Any callback of the flush may have ended the connection.
            if let context = unsafe context, isConnected { unsafe redisAsyncHandleRead(context) }
        }
    }

    private func flush() {
        guard let context = unsafe context else { return }
        isFlushing = true
        unsafe redisAsyncHandleWrite(context)
        isFlushing = false
    }

    private func wantWrite() {
        if !isConnected || isFlushing { return changeInterest(inserting: .write) }
        guard !isFlushWanted else { return }
        isFlushWanted = true
        loop.execute { [self] in
            isFlushWanted = false
            flush()
        }
    }

    private func changeInterest(inserting added: FileDescriptorEvents = [], removing removed: FileDescriptorEvents = [])
    {
        let wanted = interest.union(added).subtracting(removed)
        guard wanted != interest else { return }
        interest = wanted
        loop.watch(descriptor, for: wanted) { [weak self] events in self?.handle(events) }
    }

    private func connectFinished(succeeded: Bool) {
        isConnected = succeeded
        if succeeded {
            delegate?.socketConnected()
        } else if let context = unsafe context {
            failure = unsafe Self.reason(of: context)
        }
    }

    private func cleanUp() {
        guard let context = unsafe context else { return }
        if failure.isEmpty { failure = unsafe Self.reason(of: context) }
        loop.unwatch(descriptor)
        unsafe self.context = nil
        isConnected = false
        delegate?.socketClosed(failure)
        // Balances the retain of `init`; `self` lives on in the caller's frame.
        unsafe Unmanaged.passUnretained(self).release()
    }

    @unsafe private static func from(_ pointer: UnsafeMutableRawPointer?) -> RedisSocket {
        guard let pointer = unsafe pointer else { preconditionFailure("hiredis lost the pointer it was given") }
        return unsafe Unmanaged<RedisSocket>.fromOpaque(pointer).takeUnretainedValue()
    }

    @unsafe private static func reason(of context: UnsafeMutablePointer<redisAsyncContext>) -> String {
        guard unsafe context.pointee.err != 0, let text = unsafe context.pointee.errstr else { return "" }
        return unsafe String(cString: text)
    }
}

extension RedisReply {
    /// A copy of hiredis's reply, which lives only as long as its callback.
    ///
    /// The library bounds the depth of nesting.
    @unsafe init(copying reply: UnsafePointer<redisReply>) {
        let value = unsafe reply.pointee
        switch unsafe value.type {
        case REDIS_REPLY_INTEGER: self = unsafe .integer(value.integer)
        case REDIS_REPLY_STRING: self = unsafe .string(Self.bytes(of: value))
        case REDIS_REPLY_STATUS: self = unsafe .status(String(decoding: Self.bytes(of: value), as: UTF8.self))
        case REDIS_REPLY_ERROR: self = unsafe .error(String(decoding: Self.bytes(of: value), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            var elements: [RedisReply] = []
            unsafe elements.reserveCapacity(value.elements)
            for index in 0..<(unsafe value.elements) {
                guard let element = unsafe value.element?[index] else { continue }
                elements.append(unsafe RedisReply(copying: element))
            }
            self = .array(elements)
        default: self = .null
        }
    }

    @unsafe private static func bytes(of reply: redisReply) -> [UInt8] {
        guard let text = unsafe reply.str else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: text, count: reply.len))
    }
}
