import CCurl

/// What libcurl answered: a result code and the words it left in its error buffer.
struct CurlError: Error, Hashable, CustomStringConvertible {
    /// A `CURLcode`; see [libcurl-errors](https://curl.se/libcurl/c/libcurl-errors.html).
    struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        let rawValue: UInt32

        /// The library's name for the code, from `curl_easy_strerror`.
        var description: String {
            curl_easy_strerror(CURLcode(rawValue)).map { String(cString: $0) } ?? "unknown error"
        }
    }

    let code: Code
    /// `CURLOPT_ERRORBUFFER`'s text; empty where libcurl wrote none.
    let detail: String
    /// `CURLINFO_RESPONSE_CODE`: the server's last reply, 0 where there was none.
    let responseCode: Int

    init(_ code: Code, detail: String = "", responseCode: Int = 0) {
        self.code = code
        self.detail = detail
        self.responseCode = responseCode
    }

    var description: String {
        "\(detail.isEmpty ? code.description : detail) (curl \(code.rawValue))"
    }
}

extension CurlError {
    /// Whether there was no connection yet when it happened: libcurl drops one that it finds closed, and makes another.
    var isOfConnecting: Bool { code == .couldNotResolveHost || code == .couldNotConnect }
}

extension CurlError.Code {
    init(_ code: CURLcode) {
        self.init(rawValue: code.rawValue)
    }

    static let ok = Self(CURLE_OK)
    static let unsupportedProtocol = Self(CURLE_UNSUPPORTED_PROTOCOL)
    static let failedInit = Self(CURLE_FAILED_INIT)
    static let malformedURL = Self(CURLE_URL_MALFORMAT)
    static let couldNotResolveHost = Self(CURLE_COULDNT_RESOLVE_HOST)
    static let couldNotConnect = Self(CURLE_COULDNT_CONNECT)
    static let notBuiltIn = Self(CURLE_NOT_BUILT_IN)
    static let sslConnectError = Self(CURLE_SSL_CONNECT_ERROR)
    static let abortedByCallback = Self(CURLE_ABORTED_BY_CALLBACK)
    static let badFunctionArgument = Self(CURLE_BAD_FUNCTION_ARGUMENT)
    static let unknownOption = Self(CURLE_UNKNOWN_OPTION)
    static let sslCertificateProblem = Self(CURLE_SSL_CERTPROBLEM)
    static let sslCipher = Self(CURLE_SSL_CIPHER)
    static let peerFailedVerification = Self(CURLE_PEER_FAILED_VERIFICATION)
    static let useSSLFailed = Self(CURLE_USE_SSL_FAILED)
    static let loginDenied = Self(CURLE_LOGIN_DENIED)
    static let caFileUnusable = Self(CURLE_SSL_CACERT_BADFILE)
}
