#pragma once

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <libavutil/mathematics.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libavutil/samplefmt.h>
#include <libswresample/swresample.h>

// Macros with casts and four-character codes do not reach Swift.

static const int64_t soundspool_no_pts = AV_NOPTS_VALUE;
static const int soundspool_error_eof = AVERROR_EOF;
static const int soundspool_error_invalid_data = AVERROR_INVALIDDATA;
static const int soundspool_error_stream_not_found = AVERROR_STREAM_NOT_FOUND;
static const int soundspool_error_decoder_not_found = AVERROR_DECODER_NOT_FOUND;
static const int soundspool_error_patch_welcome = AVERROR_PATCHWELCOME;

// AVERROR(e) for an errno value.
static inline int soundspool_error(int e) { return AVERROR(e); }
