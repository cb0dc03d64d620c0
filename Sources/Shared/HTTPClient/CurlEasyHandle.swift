import CCurl

/// Owns one easy handle: the options and the result of one transfer.
///
/// Used on its client's loop only. `@safe`: the pointer is private, valid from `init` to `deinit`, and every use below
/// keeps to libcurl's contract.
@safe
struct CurlEasyHandle: ~Copyable {
    /// For `CurlMultiHandle`, which keeps it between `add` and `remove`.
    let raw: UnsafeMutableRawPointer

    init() throws(HTTPClientError) {
        guard CurlLibrary.isReady, let raw = unsafe curl_easy_init() else { throw HTTPClientError(.internal) }
        unsafe self.raw = raw
    }

    deinit { unsafe curl_easy_cleanup(raw) }

    func set(_ option: CURLoption, _ value: Int) throws(HTTPClientError) {
        try check(unsafe ccurl_set_long(raw, option, value))
    }

    func set(_ option: CURLoption, _ value: Bool) throws(HTTPClientError) { try set(option, value ? 1 : 0) }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ value: String) throws(HTTPClientError) {
        try check(unsafe ccurl_set_text(raw, option, value))
    }

    @unsafe
    func set(_ option: CURLoption, pointer: UnsafeRawPointer?) throws(HTTPClientError) {
        try check(unsafe ccurl_set_pointer(raw, option, pointer))
    }

    @unsafe
    func set(_ option: CURLoption, callback: @escaping CurlDataCallback) throws(HTTPClientError) {
        try check(unsafe ccurl_set_callback(raw, option, callback))
    }

    /// Sets who opens sockets; `callback` gets CURLOPT_OPENSOCKETDATA.
    @unsafe
    func setOpenSocket(_ callback: @escaping CurlOpenSocketCallback) throws(HTTPClientError) {
        try check(unsafe ccurl_set_opensocket(raw, callback))
    }

    /// Sets the body; libcurl copies it, so that a retry on a fresh connection can send it again.
    func setBody(_ bytes: [UInt8]) throws(HTTPClientError) {
        try check(unsafe ccurl_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        let result = unsafe bytes.withUnsafeBytes { buffer in
            // Without an address libcurl would ask a read callback for the body.
            unsafe buffer.baseAddress.map { unsafe ccurl_set_pointer(raw, CURLOPT_COPYPOSTFIELDS, $0) }
                ?? ccurl_set_text(raw, CURLOPT_COPYPOSTFIELDS, "")
        }
        try check(result)
    }

    /// Lets a transfer that a callback paused go on; data that libcurl held back is delivered during this call.
    func resume() -> Bool { unsafe curl_easy_pause(raw, CURLPAUSE_CONT) == CURLE_OK }

    func number(_ info: CURLINFO) -> Int {
        var value = 0
        return unsafe ccurl_get_long(raw, info, &value) == CURLE_OK ? value : 0
    }

    /// A time that libcurl measured.
    func duration(_ info: CURLINFO) -> Duration {
        var microseconds: curl_off_t = 0
        return unsafe ccurl_get_offset(raw, info, &microseconds) == CURLE_OK ? .microseconds(microseconds) : .zero
    }

    private func check(_ result: CURLcode) throws(HTTPClientError) {
        guard result != CURLE_OK else { return }
        throw HTTPClientError(result, hasHead: false)
    }
}

/// The shape of CURLOPT_OPENSOCKETFUNCTION.
typealias CurlOpenSocketCallback =
    @convention(c) (UnsafeMutableRawPointer?, curlsocktype, UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t

/// The shape of libcurl's write and header callbacks.
typealias CurlDataCallback =
    @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int
