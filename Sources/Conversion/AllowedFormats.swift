/// The only containers and decoders that a stranger's bytes may reach. Playlists and scripts (HLS, DASH, concat, SDP),
/// image sequences and devices are not among them, and no decoder of pictures is.
enum AllowedFormats {
    /// libavformat's names of demuxers. `mov` is MP4, 3GP and M4A too, and `matroska` is WebM.
    static let demuxers = [
        "mov", "matroska", "avi", "mpegts", "mpeg", "flv", "asf", "ogg", "wav", "w64", "aiff", "caf", "mp3", "aac",
        "flac",
        "amr",
    ]

    /// Containers with hardly a header. libav takes almost any bytes for one, so only when nothing could be decoded it
    /// is known that there was none.
    static let rawDemuxers: Set<String> = ["mp3", "aac", "mpeg", "amr", "mpegts"]

    /// Containers whose sound has no gaps: what is missing in one was lost.
    static let gaplessDemuxers: Set<String> = ["wav", "w64", "aiff", "caf", "flac", "mp3", "aac", "amr", "ogg"]

    /// libavcodec's names of audio decoders.
    static let decoders = [
        "aac", "aac_latm", "ac3", "eac3", "dca", "mlp", "truehd", "mp1float", "mp1", "mp2float", "mp2", "mp3float",
        "mp3",
        "opus", "vorbis", "flac", "alac", "wavpack", "tta", "amrnb", "amrwb", "gsm", "gsm_ms", "speex", "nellymoser",
        "qdm2",
        "mace3", "mace6", "wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice", "pcm_alaw", "pcm_mulaw", "pcm_bluray",
        "pcm_dvd", "pcm_f32be", "pcm_f32le", "pcm_f64be", "pcm_f64le", "pcm_s16be", "pcm_s16be_planar", "pcm_s16le",
        "pcm_s16le_planar", "pcm_s24be", "pcm_s24le", "pcm_s24le_planar", "pcm_s32be", "pcm_s32le", "pcm_s32le_planar",
        "pcm_s8", "pcm_s8_planar", "pcm_u8", "pcm_u16be", "pcm_u16le", "pcm_u24be", "pcm_u24le", "pcm_u32be",
        "pcm_u32le",
        "s302m", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf", "adpcm_yamaha", "g722", "g726",
    ]
}
