import CFFmpeg
import Glibc

/// An `AVIOContext` whose callbacks read, write and seek a `DescriptorFile` (`avio_alloc_context`).
struct DescriptorIO: ~Copyable {
    let file: DescriptorFile
    let context: UnsafeMutablePointer<AVIOContext>

    private static let bufferSize: CInt = 64 << 10

    init(_ file: DescriptorFile) throws(AVError) {
        let buffer = try AVError.allocated(av_malloc(Int(Self.bufferSize)), "av_malloc")
        let writes = file.writeLimit != nil
        // The address stays valid: this value holds the file for as long as the context lives.
        let context = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Self.bufferSize, writes ? 1 : 0,
            Unmanaged.passUnretained(file).toOpaque(),
            { DescriptorIO.read($0, $1, $2) }, { DescriptorIO.write($0, $1, $2) }, { DescriptorIO.seek($0, $1, $2) })
        guard let context else {
            av_free(buffer)
            throw AVError(code: AVError.noMemory, function: "avio_alloc_context")
        }
        self.file = file
        self.context = context
    }

    deinit {
        // libav may have replaced the buffer by one of another size.
        av_free(context.pointee.buffer)
        var context: UnsafeMutablePointer<AVIOContext>? = context
        avio_context_free(&context)
    }

    private static func file(_ opaque: UnsafeMutableRawPointer?) -> DescriptorFile? {
        opaque.map { Unmanaged<DescriptorFile>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func read(_ opaque: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UInt8>?, _ size: CInt)
        -> CInt
    {
        guard let file = file(opaque) else { return soundspool_error(EINVAL) }
        do {
            let count = try file.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(size)))
            return count > 0 ? CInt(count) : AVError.endOfFile
        } catch {
            return soundspool_error(error.errno)
        }
    }

    private static func write(_ opaque: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UInt8>?, _ size: CInt)
        -> CInt
    {
        guard let file = file(opaque) else { return soundspool_error(EINVAL) }
        do {
            try file.write(UnsafeRawBufferPointer(start: buffer, count: Int(size)))
            return size
        } catch {
            return soundspool_error(error.errno)
        }
    }

    /// `whence` is one of `fseek`'s, or `AVSEEK_SIZE` to ask for the size.
    private static func seek(_ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: CInt) -> Int64 {
        guard let file = file(opaque) else { return Int64(soundspool_error(EINVAL)) }
        let base: Int64
        switch whence & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return file.writeLimit == nil ? file.size : Int64(soundspool_error(ENOSYS))
        case SEEK_SET: base = 0
        case SEEK_CUR: base = file.position
        case SEEK_END where file.writeLimit == nil: base = file.size
        default: return Int64(soundspool_error(EINVAL))
        }
        let (target, overflow) = base.addingReportingOverflow(offset)
        return !overflow && file.seek(to: target) ? target : Int64(soundspool_error(EINVAL))
    }
}
