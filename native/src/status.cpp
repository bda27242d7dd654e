#include "shell.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace shell {

Counters counters;

namespace {

std::string & last_error() {
    static thread_local std::string message;
    return message;
}

} // namespace

shl_status fail_with(shl_status status, const std::string & message) noexcept {
    try {
        last_error() = message;
    } catch (...) {
        last_error().clear(); // there is not even memory for the message
    }
    return status;
}

shl_status fail(shl_status status, const char * format, ...) noexcept {
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return fail_with(status, message);
}

shl_text * new_text(std::string bytes) {
    auto * text = new shl_text{std::move(bytes)};
    counters.texts.fetch_add(1, std::memory_order_relaxed);
    return text;
}

} // namespace shell

const char * shl_last_error(void) noexcept {
    return shell::last_error().c_str();
}

int64_t shl_text_size(const shl_text * text) noexcept {
    return text == nullptr ? 0 : static_cast<int64_t>(text->bytes.size());
}

void shl_text_copy(const shl_text * text, uint8_t * out, int64_t capacity) noexcept {
    if (text == nullptr || out == nullptr || capacity <= 0) {
        return;
    }
    std::memcpy(out, text->bytes.data(), std::min(static_cast<size_t>(capacity), text->bytes.size()));
}

void shl_text_free(shl_text * text) noexcept {
    if (text != nullptr) {
        delete text;
        shell::counters.texts.fetch_sub(1, std::memory_order_relaxed);
    }
}

void shl_counters_read(shl_counters * out) noexcept {
    if (out == nullptr) {
        return;
    }
    const auto & live = shell::counters;
    out->models = live.models.load(std::memory_order_relaxed);
    out->contexts = live.contexts.load(std::memory_order_relaxed);
    out->samplers = live.samplers.load(std::memory_order_relaxed);
    out->templates = live.templates.load(std::memory_order_relaxed);
    out->texts = live.texts.load(std::memory_order_relaxed);
    out->progresses = live.progresses.load(std::memory_order_relaxed);
    out->model_bytes = live.model_bytes.load(std::memory_order_relaxed);
    out->context_bytes = live.context_bytes.load(std::memory_order_relaxed);
}
