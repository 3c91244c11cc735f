import CCurl

/// Owns a libcurl easy handle (`curl_easy_init`, `curl_easy_cleanup`), the connections that it keeps, and the memory that
/// its options point into.
///
/// `perform` blocks: call it on a thread that may block. So does the end of a handle that keeps an SMTP connection, which
/// says QUIT.
struct CurlHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>]
    private var isEnded = false

    /// `curl_global_init`, once in the process's life.
    private static let globalState = CurlError.Code(ccurl_global_init_all())

    init() throws(CurlError) {
        guard Self.globalState == .ok else { throw CurlError(Self.globalState) }
        guard let handle = curl_easy_init() else { throw CurlError(.failedInit) }
        self.handle = handle
        lists = []
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        if !isEnded { curl_easy_cleanup(handle) }
        for list in lists { curl_slist_free_all(list) }
        errorBuffer.deallocate()
    }

    /// `curl_easy_cleanup` on the calling thread, which may wait for the answer to QUIT. Nothing else may follow.
    mutating func end() {
        guard !isEnded else { return }
        isEnded = true
        curl_easy_cleanup(handle)
    }

    /// `curl_easy_reset`: forgets every option, and keeps the connections.
    mutating func reset() {
        curl_easy_reset(handle)
        for list in lists { curl_slist_free_all(list) }
        lists = []
        errorBuffer.pointee = 0
    }

    private func check(_ code: CURLcode) throws(CurlError) {
        guard code != CURLE_OK else { return }
        throw CurlError(CurlError.Code(code), detail: String(cString: errorBuffer), responseCode: responseCode)
    }

    private func number(_ info: CURLINFO) -> Int {
        var number = 0
        ccurl_easy_getinfo_long(handle, info, &number)
        return number
    }

    /// `CURLINFO_RESPONSE_CODE`: the server's last, 0 where there was none.
    var responseCode: Int { number(CURLINFO_RESPONSE_CODE) }

    /// `CURLINFO_NUM_CONNECTS`: how many connections the last transfer made. None, where it used one that was there before,
    /// and also where it could make none.
    var newConnections: Int { number(CURLINFO_NUM_CONNECTS) }

    func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
        try check(ccurl_easy_setopt_long(handle, option, value))
    }

    /// For options of type `curl_off_t`.
    func set(_ option: CURLoption, offset: Int) throws(CurlError) {
        try check(ccurl_easy_setopt_offset(handle, option, curl_off_t(offset)))
    }

    /// libcurl copies the string. One with a NUL inside would be cut there, and so is refused.
    func set(_ option: CURLoption, _ value: String?) throws(CurlError) {
        guard value?.utf8.contains(0) != true else { throw CurlError(.badFunctionArgument) }
        try check(ccurl_easy_setopt_string(handle, option, value))
    }

    /// libcurl does not copy a list; the handle keeps it until it is reset.
    mutating func set(_ option: CURLoption, list: [String]) throws(CurlError) {
        var head: UnsafeMutablePointer<curl_slist>?
        for value in list {
            guard !value.utf8.contains(0), let longer = curl_slist_append(head, value) else {
                curl_slist_free_all(head)
                throw CurlError(.badFunctionArgument)
            }
            head = longer
        }
        guard let head else { return }
        lists.append(head)
        try check(ccurl_easy_setopt_list(handle, option, head))
    }

    /// `curl_easy_perform`: uploads the transfer's bytes, telling it of every line of the dialogue and of the answer.
    ///
    /// Reset the handle before the transfer goes: the options point to it.
    func perform(_ transfer: CurlTransfer) throws(CurlError) {
        try check(ccurl_easy_setopt_pointer(handle, CURLOPT_ERRORBUFFER, errorBuffer))
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        try check(ccurl_easy_setopt_read(handle, CurlTransfer.read))
        try check(ccurl_easy_setopt_pointer(handle, CURLOPT_READDATA, context))
        try check(ccurl_easy_setopt_write(handle, CurlTransfer.write))
        try check(ccurl_easy_setopt_pointer(handle, CURLOPT_WRITEDATA, context))
        try check(ccurl_easy_setopt_progress(handle, CurlTransfer.progress))
        try check(ccurl_easy_setopt_pointer(handle, CURLOPT_XFERINFODATA, context))
        try set(CURLOPT_NOPROGRESS, 0)
        try check(ccurl_easy_setopt_debug(handle, CurlTransfer.debug))
        try check(ccurl_easy_setopt_pointer(handle, CURLOPT_DEBUGDATA, context))
        try set(CURLOPT_VERBOSE, 1)
        let code = withExtendedLifetime(transfer) { curl_easy_perform(handle) }
        try check(code)
    }
}
