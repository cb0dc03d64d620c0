import CCurl

/// Owns a list of header lines.
///
/// The pointer is only used while this value lives.
@safe
struct CurlStringList: ~Copyable {
    private var list: UnsafeMutablePointer<curl_slist>?

    init() { unsafe list = nil }

    deinit { unsafe curl_slist_free_all(list) }

    mutating func append(_ line: String) throws(HTTPClientError) {
        // libcurl copies the line; on failure the old list stays valid.
        guard let longer = unsafe curl_slist_append(list, line) else { throw HTTPClientError(.internal) }
        unsafe list = longer
    }

    /// Sets the list on `easy`, which must not outlive it.
    func install(on easy: borrowing CurlEasyHandle) throws(HTTPClientError) {
        try unsafe easy.set(CURLOPT_HTTPHEADER, pointer: UnsafeRawPointer(list))
    }
}
