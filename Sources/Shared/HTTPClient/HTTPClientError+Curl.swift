import CCurl

/// libcurl's result codes in our words (https://curl.se/libcurl/c/libcurl-errors.html).
extension HTTPClientError {
    /// The error for a transfer that libcurl ended with `result`; `hasHead`: the answer's headers had arrived.
    init(_ result: CURLcode, hasHead: Bool, file: String = #fileID, line: Int = #line) {
        let code: Code =
            switch result {
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidURL
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unknownHost
            case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: .connectFailed
            // The only timeout that libcurl keeps for us is CURLOPT_CONNECTTIMEOUT_MS.
            case CURLE_OPERATION_TIMEDOUT: .connectFailed
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
                .tlsFailed
            case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
                hasHead ? .truncated : .closedEarly
            case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .malformed
            case CURLE_OUT_OF_MEMORY: .internal
            default: hasHead ? .truncated : .internal
            }
        let message: String? =
            switch result {
            case CURLE_OPERATION_TIMEDOUT: "no connection could be made in time"
            case CURLE_PEER_FAILED_VERIFICATION: "the server's TLS certificate is not trusted"
            case CURLE_UNSUPPORTED_PROTOCOL: "the URL's scheme is not supported or the answer is not HTTP"
            default: nil
            }
        self.init(code, message, curlCode: Int(result.rawValue), file: file, line: line)
    }
}
