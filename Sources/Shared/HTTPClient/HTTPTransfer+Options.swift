import CCurl
import Core

/// The options of a transfer (https://curl.se/libcurl/c/curl_easy_setopt.html).
extension HTTPTransfer {
    func configure(_ configuration: HTTPClientConfiguration) throws(HTTPClientError) {
        try easy.set(CURLOPT_URL, request.url)
        try easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        try configureMethod()
        try easy.set(CURLOPT_USERAGENT, configuration.userAgent)
        // A signal for a timeout in a threaded program is undefined behaviour.
        try easy.set(CURLOPT_NOSIGNAL, true)
        // Removing a transfer that waits for the resolver thread would otherwise block the loop until the lookup ends.
        try easy.set(CURLOPT_QUICK_EXIT, true)
        try easy.set(CURLOPT_FOLLOWLOCATION, false)
        try easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
        switch configuration.version {
        case .http1: try easy.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        case .http2: try easy.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        }
        try easy.set(CURLOPT_TCP_NODELAY, true)
        try easy.set(CURLOPT_TCP_KEEPALIVE, true)
        let interval = max(1, Int(configuration.keepAliveInterval.inSeconds))
        try easy.set(CURLOPT_TCP_KEEPIDLE, interval)
        try easy.set(CURLOPT_TCP_KEEPINTVL, interval)
        try easy.set(CURLOPT_MAXAGE_CONN, max(1, Int(configuration.idleLifetime.inSeconds)))
        try easy.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.deadlines.connect.wholeMilliseconds))
        try trust.authorities.install(on: easy)
        try trust.sessions.install(on: easy)
        switch configuration.proxy {
        case .none: try easy.set(CURLOPT_PROXY, "")
        case .environment: break
        case .url(let url): try easy.set(CURLOPT_PROXY, url.revealed)
        }
        try configureCallbacks()
    }

    private func configureMethod() throws(HTTPClientError) {
        switch request.method {
        case .get: try easy.set(CURLOPT_HTTPGET, true)
        case .head: try easy.set(CURLOPT_NOBODY, true)
        case .post, .put, .delete: break
        }
        if let body = request.body {
            try easy.setBody(body)
        } else if request.method == .post || request.method == .put {
            try easy.setBody([])
        }
        switch request.method {
        case .get, .head: break
        case .post, .put, .delete: try easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func configureCallbacks() throws(HTTPClientError) {
        // Unretained: see the design note of the class.
        let context = unsafe UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        try unsafe easy.set(CURLOPT_HEADERDATA, pointer: context)
        try unsafe easy.set(CURLOPT_WRITEDATA, pointer: context)
        try unsafe easy.set(
            CURLOPT_HEADERFUNCTION,
            callback: { bytes, size, count, context in
                guard let context = unsafe context else { return 0 }
                let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
                return unsafe transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
            })
        try unsafe easy.set(
            CURLOPT_WRITEFUNCTION,
            callback: { bytes, size, count, context in
                guard let context = unsafe context else { return 0 }
                let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
                return unsafe transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
            })
        if request.admits != nil {
            try unsafe easy.set(CURLOPT_OPENSOCKETDATA, pointer: context)
            try unsafe easy.setOpenSocket { context, _, address in
                guard let context = unsafe context, let address = unsafe address else { return CURL_SOCKET_BAD }
                return unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue().openSocket(address)
            }
        }
        // The number that completion messages are told apart by; never dereferenced.
        try unsafe easy.set(CURLOPT_PRIVATE, pointer: UnsafeRawPointer(bitPattern: UInt(id)))
    }
}
