import CCurl

/// The TLS sessions that the transfers of one client take up again, so that a new connection to a known server is cheap.
///
/// Used on its client's loop only, so it needs no locks. `@safe`: the pointer is private to this module and valid from `init` to `deinit`.
@safe
final class CurlSharedSessions {
    private let raw: UnsafeMutableRawPointer

    init() throws(HTTPClientError) {
        guard CurlLibrary.isReady, let raw = unsafe curl_share_init() else { throw HTTPClientError(.internal) }
        unsafe self.raw = raw
        guard unsafe ccurl_share_set_lock(raw, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK else {
            throw HTTPClientError(.internal)
        }
    }

    deinit { unsafe curl_share_cleanup(raw) }

    /// Lets `easy`, which must not outlive this object, use the sessions.
    func install(on easy: borrowing CurlEasyHandle) throws(HTTPClientError) {
        try unsafe easy.set(CURLOPT_SHARE, pointer: raw)
    }
}
