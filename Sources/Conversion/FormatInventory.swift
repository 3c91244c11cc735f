import CFFmpeg

/// What this machine's libav has of what is let in.
public enum FormatInventory {
    /// The allowed containers and decoders that it lacks, by libav's names.
    public static var missing: [String] {
        AllowedFormats.demuxers.filter { av_find_input_format($0) == nil }
            + AllowedFormats.decoders.filter { avcodec_find_decoder_by_name($0) == nil }
    }
}
