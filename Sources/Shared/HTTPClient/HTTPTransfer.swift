import CCurl
import Core
import EventLoops
import Glibc

/// One exchange in progress, confined to its client's loop.
///
/// DESIGN: libcurl calls `receiveHeader` and `receiveBody` through C callbacks whose context is this object, unretained: the
/// client holds it from before `curl_multi_add_handle` until after `curl_multi_remove_handle`. The callbacks only store and
/// resume continuations (which enqueue), so no foreign code runs inside libcurl.
///
/// Memory: unread bytes wait in `buffer` up to the window; then the callback answers "pause", libcurl keeps the piece and stops
/// reading the socket, and TCP holds the sender back until the reader has taken the buffer.
final class HTTPTransfer {
    let id: UInt64
    let request: HTTPClientRequest
    let easy: CurlEasyHandle
    /// Whom it trusts, and how it was known before; libcurl holds both as long as `easy`.
    let trust: HTTPTrust
    /// libcurl reads it while the transfer runs, that is until `remove`.
    private let headerLines: CurlStringList
    private let loop: any EventLoop

    private(set) var head = HTTPResponseHead()
    private(set) var received = 0
    var progress: HTTPProgress
    /// The loop timer for the next deadline.
    var timer: (token: TimerToken, at: MonotonicInstant)?

    private var buffer: [UInt8] = []
    /// Why a callback refused to take more; explains libcurl's write error.
    private var refusal: HTTPClientError?
    /// Whether `request.admits` turned an address down.
    private var hasRefusedAddress = false
    /// How it ended; set once, after libcurl let go of the handle.
    private(set) var outcome: Result<Void, HTTPClientError>?
    private var headWaiter: HeadContinuation?
    private var bodyWaiter: BodyContinuation?

    typealias HeadContinuation = CheckedContinuation<Result<HTTPResponseHead, HTTPClientError>, Never>
    typealias BodyContinuation = CheckedContinuation<Result<[UInt8]?, HTTPClientError>, Never>

    /// A transfer that is ready to be added to a multi handle.
    init(
        id: UInt64, request: HTTPClientRequest, configuration: HTTPClientConfiguration, trust: HTTPTrust,
        loop: any EventLoop
    ) throws(HTTPClientError) {
        self.id = id
        self.request = request
        self.trust = trust
        self.loop = loop
        let start = loop.now
        progress = HTTPProgress(start: start, lastByte: start)
        var lines = CurlStringList()
        // Without this an upload of more than 1 MiB waits a second for "100 Continue", which few servers send.
        try lines.append("Expect:")
        for header in request.headers {
            guard let line = header.line else {
                throw HTTPClientError(
                    .invalidHeader, "the header \(header.name.debugDescription) has a forbidden character")
            }
            try lines.append(line)
        }
        headerLines = lines
        easy = try CurlEasyHandle()
        try headerLines.install(on: easy)
        try configure(configuration)
    }

    // MARK: Called by the client

    /// Resumes `continuation` with the head, at once if it is there or never will be.
    func waitForHead(_ continuation: HeadContinuation) {
        if case .failure(let error) = outcome {
            continuation.resume(returning: .failure(error))
        } else if head.isComplete {
            continuation.resume(returning: .success(head))
        } else if outcome != nil {
            continuation.resume(returning: .failure(HTTPClientError(.closedEarly)))
        } else {
            headWaiter = continuation
        }
    }

    /// What can be read without waiting; nil: nothing yet.
    func takeAvailable() -> Result<[UInt8]?, HTTPClientError>? {
        if !buffer.isEmpty {
            defer { buffer = [] }
            return .success(buffer)
        }
        switch outcome {
        case .success: return .success(nil)
        case .failure(let error): return .failure(error)
        case nil: return nil
        }
    }

    /// Resumes `continuation` when there is something to read, at once if there is; false if somebody waits already.
    ///
    /// Between a look and the wait for more the exchange may have ended, and then nobody would resume a reader any more.
    func waitForBody(_ continuation: BodyContinuation) -> Bool {
        guard bodyWaiter == nil else { return false }
        if let available = takeAvailable() {
            continuation.resume(returning: available)
        } else {
            bodyWaiter = continuation
        }
        return true
    }

    /// Lets the sender go on after a pause.
    ///
    /// libcurl may deliver what it held back during the call.
    func resumeIfPaused() {
        guard progress.isPaused, outcome == nil else { return }
        progress.isPaused = false
        progress.lastByte = loop.now
        // A failure ends the transfer, which the client hears of as its completion.
        _ = easy.resume()
    }

    /// Records how it ended and tells whoever waits.
    ///
    /// The handle is no longer in the multi handle.
    func finish(_ result: Result<Void, HTTPClientError>) {
        guard outcome == nil else { return }
        outcome = result
        if case .failure(let error) = result {
            headWaiter?.resume(returning: .failure(error))
        } else {
            headWaiter?.resume(returning: head.isComplete ? .success(head) : .failure(HTTPClientError(.closedEarly)))
        }
        headWaiter = nil
        if let waiter = bodyWaiter, let available = takeAvailable() {
            bodyWaiter = nil
            waiter.resume(returning: available)
        }
    }

    /// libcurl's verdict in our words.
    func result(of code: CURLcode) -> Result<Void, HTTPClientError> {
        if let refusal { return .failure(refusal) }
        guard code == CURLE_OK else {
            if hasRefusedAddress, code == CURLE_COULDNT_CONNECT { return .failure(HTTPClientError(.addressRefused)) }
            return .failure(HTTPClientError(code, hasHead: head.isComplete))
        }
        return .success(())
    }

    // MARK: Called by libcurl

    /// A socket for a connection to `address`, or CURL_SOCKET_BAD where none may be made.
    func openSocket(_ address: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
        if let admits = request.admits {
            guard let destination = unsafe Self.destination(address),
                admits(destination.address, destination.port)
            else {
                hasRefusedAddress = true
                return CURL_SOCKET_BAD
            }
        }
        let closing = Int32(SOCK_CLOEXEC.rawValue)
        return unsafe socket(address.pointee.family, address.pointee.socktype | closing, address.pointee.protocol)
    }

    /// The address and port that libcurl is about to connect to; nil for another family than IPv4 and IPv6.
    private static func destination(_ address: UnsafePointer<curl_sockaddr>) -> (address: NetworkAddress, port: Int)? {
        var bytes = [UInt8](repeating: 0, count: 16)
        var port: UInt16 = 0
        guard unsafe ccurl_destination(address, &bytes, &port) else { return nil }
        let length = unsafe address.pointee.family == AF_INET ? 4 : 16
        return NetworkAddress(bytes: Array(bytes.prefix(length))).map { ($0, Int(port)) }
    }

    /// One whole header line; the number of bytes taken, where another number than `bytes.count` ends the transfer.
    func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        progress.lastByte = loop.now
        do throws(HTTPClientError) {
            unsafe try head.append(bytes, limit: request.limits.headerBytes)
        } catch {
            refusal = error
            return 0
        }
        if head.isComplete, let waiter = headWaiter {
            progress.hasHead = true
            headWaiter = nil
            waiter.resume(returning: .success(head))
        }
        return bytes.count
    }

    /// A piece of the body, at most 16 KiB; as above, or CURL_WRITEFUNC_PAUSE to be offered it again later.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if !buffer.isEmpty, buffer.count + bytes.count > request.limits.window {
            progress.isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        received += bytes.count
        guard received <= request.limits.bodyBytes else {
            refusal = HTTPClientError(.tooLarge, "the answer's body is too large")
            return 0
        }
        progress.lastByte = loop.now
        unsafe buffer.append(contentsOf: bytes)
        if let waiter = bodyWaiter, let available = takeAvailable() {
            bodyWaiter = nil
            progress.readDeadline = nil
            waiter.resume(returning: available)
        }
        return bytes.count
    }
}
