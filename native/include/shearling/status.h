// Status codes and the message of the last failure.
//
// Every function of this library checks its arguments, never throws, and says how it went by a status. The codes are
// append-only: a number keeps its meaning for ever.
#ifndef SHEARLING_STATUS_H
#define SHEARLING_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#    if defined(SHEARLING_BUILD)
#        define SHL_API __declspec(dllexport)
#    else
#        define SHL_API __declspec(dllimport)
#    endif
#else
#    define SHL_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#    define SHL_NOEXCEPT noexcept
extern "C" {
#else
#    define SHL_NOEXCEPT
#endif

enum shl_status {
    SHL_OK = 0,
    SHL_INVALID_ARGUMENT = 1, // an argument is out of its documented range
    SHL_OUT_OF_MEMORY = 2,
    SHL_LOAD_FAILED = 3, // a file is there but cannot be used: damaged, or of an architecture that this build lacks
    SHL_CANCELLED = 4, // the caller asked for it
    SHL_NO_ROOM = 5, // no free cells in the context's memory for this batch; nothing has changed
    SHL_UNSUPPORTED = 6, // the model or the build cannot do this
    SHL_BAD_TEMPLATE = 7, // a chat template does not parse or does not accept these messages
    SHL_BAD_GRAMMAR = 8, // a grammar does not parse
    SHL_FAILED = 9, // anything else; the message says what
    SHL_NOT_FINITE = 10, // what the model computes is no number (NaN or infinity); the message says where
};

// The message of the last call of this thread that did not return SHL_OK, in UTF-8; an empty string when there was
// none. The pointer is valid until the thread's next call into the library. Never NULL.
SHL_API const char * shl_last_error(void) SHL_NOEXCEPT;

// A piece of text made by the library. Owned by the caller, freed with shl_text_free.
typedef struct shl_text shl_text;

// Bytes of the text in UTF-8, without a terminating zero.
SHL_API int64_t shl_text_size(const shl_text * text) SHL_NOEXCEPT;

// Copies min(capacity, size) bytes into out.
SHL_API void shl_text_copy(const shl_text * text, uint8_t * out, int64_t capacity) SHL_NOEXCEPT;
SHL_API void shl_text_free(shl_text * text) SHL_NOEXCEPT;

// What is alive in this process. All zero again once everything has been freed.
struct shl_counters {
    int64_t models;
    int64_t contexts;
    int64_t samplers;
    int64_t templates;
    int64_t texts;
    int64_t progresses;
    int64_t model_bytes; // weights of the live models, mapped or allocated
    int64_t context_bytes; // memory and compute buffers of the live contexts
};

SHL_API void shl_counters_read(struct shl_counters * out) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
