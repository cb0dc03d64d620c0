import CCurl

/// Owns one multi handle: the connections and the transfers in progress.
///
/// Used on its client's loop only. `@safe`: the pointer is private, valid from `init` to `deinit`, and every use below
/// keeps to libcurl's contract.
@safe
struct CurlMultiHandle: ~Copyable {
    private let raw: UnsafeMutableRawPointer

    init() throws(HTTPClientError) {
        guard CurlLibrary.isReady, let raw = unsafe curl_multi_init() else { throw HTTPClientError(.internal) }
        unsafe self.raw = raw
    }

    /// All transfers have been removed before; what is closed here are idle connections.
    deinit { unsafe curl_multi_cleanup(raw) }

    func set(_ option: CURLMoption, _ value: Int) throws(HTTPClientError) {
        try check(unsafe ccurl_multi_set_long(raw, option, value))
    }

    /// Installs the two callbacks that libcurl calls during the functions below, with `context` as their last argument;
    /// nil takes them out.
    @unsafe
    func setCallbacks(
        socket: CurlSocketCallback?, timer: CurlTimerCallback?, context: UnsafeMutableRawPointer?
    ) throws(HTTPClientError) {
        try check(unsafe ccurl_multi_set_pointer(raw, CURLMOPT_SOCKETDATA, context))
        try check(unsafe ccurl_multi_set_pointer(raw, CURLMOPT_TIMERDATA, context))
        try check(unsafe ccurl_multi_set_socket_callback(raw, socket))
        try check(unsafe ccurl_multi_set_timer_callback(raw, timer))
    }

    /// Starts the transfer.
    ///
    /// The easy handle must stay until `remove`.
    func add(_ easy: borrowing CurlEasyHandle) throws(HTTPClientError) {
        try check(unsafe curl_multi_add_handle(raw, easy.raw))
    }

    /// Ends the transfer; one in progress closes its connection, if no other uses it.
    ///
    /// Never from a callback.
    func remove(_ easy: borrowing CurlEasyHandle) {
        // The only failures are handles that are not ours (CURLM_BAD_EASY_HANDLE) and calls from a callback.
        let result = unsafe curl_multi_remove_handle(raw, easy.raw)
        assert(result == CURLM_OK, "a transfer is removed once, outside of callbacks")
    }

    /// Lets libcurl read, write and look at its timers.
    ///
    /// `descriptor` nil: the timer fired.
    func act(on descriptor: Int32?, events: Int32) {
        var running: Int32 = 0
        // A bad socket or memory failure also ends the transfers concerned, which `nextCompleted` reports.
        _ = unsafe curl_multi_socket_action(raw, descriptor ?? CURL_SOCKET_TIMEOUT, events, &running)
    }

    /// A transfer that ended, as the number set with CURLOPT_PRIVATE, and how.
    func nextCompleted() -> (id: UInt64, result: CURLcode)? {
        var remaining: Int32 = 0
        while let message = unsafe curl_multi_info_read(raw, &remaining) {
            // The message is valid until the next call; copied here.
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            let result = unsafe message.pointee.data.result
            var tag: UnsafeMutableRawPointer?
            guard unsafe ccurl_get_pointer(easy, CURLINFO_PRIVATE, &tag) == CURLE_OK else { continue }
            return (UInt64(UInt(bitPattern: tag)), result)
        }
        return nil
    }

    private func check(_ result: CURLMcode) throws(HTTPClientError) {
        guard result != CURLM_OK else { return }
        throw HTTPClientError(.internal, "libcurl refused an operation", curlCode: Int(result.rawValue))
    }
}

/// The shape of CURLMOPT_SOCKETFUNCTION.
typealias CurlSocketCallback =
    @convention(c) (UnsafeMutableRawPointer?, Int32, Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Int32

/// The shape of CURLMOPT_TIMERFUNCTION.
typealias CurlTimerCallback = @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Int32
