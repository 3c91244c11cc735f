import CFFmpeg

/// A source that libavformat has open (`AVFormatContext`), read from its start.
struct Container: ~Copyable {
    private let io: DescriptorIO
    let format: UnsafeMutablePointer<AVFormatContext>

    /// `avformat_open_input` and `avformat_find_stream_info`, held to `AllowedFormats`.
    init(_ file: DescriptorFile, options demuxerOptions: [(name: String, value: String)]) throws {
        let io = try DescriptorIO(file)
        let allocated = try AVError.allocated(avformat_alloc_context(), "avformat_alloc_context")
        allocated.pointee.pb = io.context
        // A container that names another file gets none, whatever the protocol.
        allocated.pointee.io_open = { _, _, _, _, _ in soundspool_error(EACCES) }
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        for (name, value) in demuxerOptions {
            try AVError.check(av_dict_set(&options, name, value, 0), "av_dict_set")
        }
        var context: UnsafeMutablePointer<AVFormatContext>? = allocated
        // It frees the context where it fails.
        let result = avformat_open_input(&context, nil, nil, &options)
        guard result >= 0, let context else {
            if let failure = io.file.failure { throw failure }
            // EINVAL is the answer to a container outside the list.
            guard result == AVError.noMemory else { throw ConversionFailure.notAVideo }
            throw AVError(code: result, function: "avformat_open_input")
        }
        // It fails where no stream can be understood; the choice of a stream says what that means.
        avformat_find_stream_info(context, nil)
        self.io = io
        format = context
    }

    deinit {
        var format: UnsafeMutablePointer<AVFormatContext>? = format
        avformat_close_input(&format)
    }

    var file: DescriptorFile { io.file }

    /// The first of libavformat's names of the container: `mov`, `matroska`.
    var name: String {
        guard let names = format.pointee.iformat.pointee.name else { return "" }
        return String(cString: names).split(separator: ",").first.map(String.init) ?? ""
    }

    /// All streams.
    var streams: [UnsafeMutablePointer<AVStream>] {
        UnsafeBufferPointer(start: format.pointee.streams, count: Int(format.pointee.nb_streams)).compactMap { $0 }
    }

    /// Whether libav may go back in the file. While it may, it notes where each packet of an FLV file is: 40 MiB for ten
    /// hours.
    func setSeekable(_ isSeekable: Bool) { io.context.pointee.seekable = isSeekable ? AVIO_SEEKABLE_NORMAL : 0 }

    /// Leaves out the packets of all streams but one.
    func discard(allBut chosen: UnsafeMutablePointer<AVStream>) {
        for stream in streams where stream != chosen { stream.pointee.discard = AVDISCARD_ALL }
    }
}
