// What every source file of the core shares: failures, the guard around each function, counters of what is alive.
#ifndef SHEARLING_SHELL_H
#define SHEARLING_SHELL_H

#include "shearling/shearling.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <new>
#include <string>

struct shl_text {
    std::string bytes;
};

namespace shell {

// Keeps the message for shl_last_error and returns the status, so that a refusal is one line.
[[gnu::format(printf, 2, 3)]] shl_status fail(shl_status status, const char * format, ...) noexcept;

// The same for a message that is already there; it may be of any length and hold any bytes.
shl_status fail_with(shl_status status, const std::string & message) noexcept;

// The system gives no thread, or not the memory for its stack.
struct NoThread : std::bad_alloc {
    const char * what() const noexcept override {
        return "a thread could not be started; allow this process more threads or address space (ulimit -u, ulimit -v)";
    }
};

// Runs the body of a function of the header. Nothing that C++ throws gets past it.
template <typename Body>
shl_status guard(Body && body) noexcept {
    try {
        return body();
    } catch (const NoThread & e) {
        return fail_with(SHL_OUT_OF_MEMORY, e.what());
    } catch (const std::bad_alloc &) {
        return fail(SHL_OUT_OF_MEMORY, "out of memory");
    } catch (const std::exception & e) {
        return fail_with(SHL_FAILED, e.what());
    } catch (...) {
        return fail(SHL_FAILED, "an exception of unknown type");
    }
}

// The same for functions that answer with a value instead of a status.
template <typename Value, typename Body>
Value guard_value(Value otherwise, Body && body) noexcept {
    try {
        return body();
    } catch (...) {
        return otherwise;
    }
}

struct Counters {
    std::atomic<int64_t> models{0};
    std::atomic<int64_t> contexts{0};
    std::atomic<int64_t> samplers{0};
    std::atomic<int64_t> templates{0};
    std::atomic<int64_t> texts{0};
    std::atomic<int64_t> progresses{0};
    std::atomic<int64_t> model_bytes{0};
    std::atomic<int64_t> context_bytes{0};
};

extern Counters counters;

shl_text * new_text(std::string bytes);

} // namespace shell

#endif
