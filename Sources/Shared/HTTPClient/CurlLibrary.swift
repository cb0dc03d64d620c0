import CCurl
import Glibc

/// What libcurl needs once per process.
enum CurlLibrary {
    /// Initialises libcurl; true when it worked.
    ///
    /// libcurl's own thread-safety needs this to happen before the first handle.
    static let isReady: Bool = {
        // CURLOPT_NOSIGNAL leaves SIGPIPE to the program, and OpenSSL writes without MSG_NOSIGNAL.
        signal(SIGPIPE, SIG_IGN)
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()
}
