import CCurl

/// Owns a libcurl easy handle (`curl_easy_init`, `curl_easy_cleanup`) and the memory that its options point into.
///
/// `perform` blocks: call it on a thread that may block.
struct CurlHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>]

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
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
        errorBuffer.deallocate()
    }

    private func check(_ code: CURLcode) throws(CurlError) {
        guard code != CURLE_OK else { return }
        var reply = 0
        ccurl_easy_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &reply)
        throw CurlError(CurlError.Code(code), detail: String(cString: errorBuffer), responseCode: reply)
    }

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

    /// libcurl does not copy a list; the handle keeps it for as long as itself.
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

    /// `curl_easy_perform`: uploads the transfer's bytes, telling it of every line of the dialogue.
    func perform(_ transfer: CurlTransfer) throws(CurlError) {
        try check(ccurl_easy_setopt_pointer(handle, CURLOPT_ERRORBUFFER, errorBuffer))
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        try check(ccurl_easy_setopt_read(handle, CurlTransfer.read))
        try check(ccurl_easy_setopt_pointer(handle, CURLOPT_READDATA, context))
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
