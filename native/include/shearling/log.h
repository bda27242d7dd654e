// What llama.cpp and ggml have to say. Nothing is written to stdout or stderr: lines wait in a bounded queue of the
// process until somebody takes them. When the queue is full the oldest line goes and the count of lost lines grows.
#ifndef SHEARLING_LOG_H
#define SHEARLING_LOG_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum shl_log_level {
    SHL_LOG_DEBUG = 1,
    SHL_LOG_INFO = 2,
    SHL_LOG_WARN = 3,
    SHL_LOG_ERROR = 4,
};

// Lines below this level are not queued. Default: SHL_LOG_INFO. Thread-safe.
SHL_API void shl_log_threshold(int32_t level) SHL_NOEXCEPT;

// True when a line waits. One atomic read. Thread-safe.
SHL_API bool shl_log_pending(void) SHL_NOEXCEPT;

// Takes the oldest line: its level into *level, min(capacity, size) bytes of UTF-8 without line end into out. Returns
// the line's size in bytes, at most 65536 and a little, or -1 when none waits. The line is gone even if it did not fit.
// Thread-safe.
SHL_API int64_t shl_log_take(int32_t * level, uint8_t * out, int64_t capacity) SHL_NOEXCEPT;

// Lines lost because the queue was full. Thread-safe.
SHL_API int64_t shl_log_lost(void) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
