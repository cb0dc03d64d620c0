import CCurl

/// The authorities whose certificates are trusted, parsed once for all connections of a client.
///
/// DESIGN: parsing the system's 140 authorities takes 20 to 34 ms. libcurl does it for each connection, on the loop, unless the store
/// comes from elsewhere: `CURLOPT_SSL_CTX_FUNCTION` gives each connection this one. It is made before the loop has sessions, and
/// anew on another thread (`HTTPClient.renewAuthorities`).
///
/// `@unchecked Sendable`: OpenSSL counts the references of a store and locks what it holds. `@safe`: the pointer is private to this module and
/// valid from `init` to `deinit`.
@safe
final class CertificateStore: @unchecked Sendable {
    private let raw: OpaquePointer

    /// Reads the certificates in the PEM file `path`, or those of the system.
    ///
    /// A system without certificates gives an empty store, with which every connection over TLS fails.
    /// - Throws: `invalidAuthorities` when `path` cannot be read or holds no certificate.
    init(path: String?) throws(HTTPClientError) {
        guard CurlLibrary.isReady, let raw = unsafe ccurl_new_store() else { throw HTTPClientError(.internal) }
        unsafe self.raw = raw
        if let path {
            guard unsafe ccurl_load_file(raw, path) else { throw HTTPClientError(.invalidAuthorities) }
            return
        }
        if let file = unsafe ccurl_authorities_file(), unsafe ccurl_load_file(raw, file) { return }
        // A directory is read certificate by certificate when one is needed.
        if let directory = unsafe ccurl_authorities_directory() { _ = unsafe X509_STORE_load_path(raw, directory) }
    }

    deinit { unsafe X509_STORE_free(raw) }

    /// Lets the connections of `easy`, which must not outlive this store, trust these authorities only.
    func install(on easy: borrowing CurlEasyHandle) throws(HTTPClientError) {
        let result = unsafe ccurl_set_store(easy.raw, raw)
        guard result == CURLE_OK else { throw HTTPClientError(result, hasHead: false) }
    }
}
