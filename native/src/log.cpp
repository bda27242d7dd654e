#include "capture.h"
#include "shell.h"

#include "ggml.h"
#include "llama.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <deque>
#include <mutex>
#include <string_view>

namespace shell {

namespace {

constexpr size_t QUEUE_LINES = 4096;
constexpr size_t LINE_BYTES = 64 * 1024;
constexpr size_t CAPTURE_LINES = 256;

struct Line {
    int level;
    std::string text;
};

struct Queue {
    std::mutex mutex;
    std::deque<Line> lines;
    std::atomic<size_t> waiting{0};
    std::atomic<int64_t> lost{0};
    std::atomic<int> threshold{SHL_LOG_INFO};
};

// Never destroyed: threads of a plug-in may log while the process ends.
Queue & queue() {
    static Queue * const instance = new Queue;
    return *instance;
}

thread_local Capture * capture = nullptr;

} // namespace

// Whether the line is held back.
bool capture_line(int level, const std::string & line) {
    if (capture == nullptr || level < SHL_LOG_INFO || capture->lines.size() >= CAPTURE_LINES) {
        return false;
    }
    capture->lines.push_back({level, line});
    return capture->held_back;
}

namespace {

void queue_up(int level, std::string line) {
    auto & q = queue();
    if (level < q.threshold.load(std::memory_order_relaxed)) {
        return;
    }
    const std::lock_guard lock(q.mutex);
    if (q.lines.size() == QUEUE_LINES) {
        q.lines.pop_front();
        q.lost.fetch_add(1, std::memory_order_relaxed);
    }
    q.lines.push_back({level, std::move(line)});
    q.waiting.store(q.lines.size(), std::memory_order_release);
}

void put(int level, std::string line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
        line.pop_back();
    }
    if (line.empty()) {
        return;
    }
    if (!capture_line(level, line)) {
        queue_up(level, std::move(line));
    }
}

// llama.cpp logs pieces of lines; a thread's pieces are kept here until the line ends.
struct Partial {
    int level = SHL_LOG_INFO;
    std::string text;

    void flush() {
        if (!text.empty()) {
            std::string line;
            line.swap(text);
            put(level, std::move(line));
        }
    }

    void add(int piece_level, std::string_view piece) {
        if (piece_level != GGML_LOG_LEVEL_CONT) {
            flush();
            level = piece_level == GGML_LOG_LEVEL_NONE ? int{SHL_LOG_INFO} : piece_level;
        }
        while (!piece.empty()) {
            const size_t end = piece.find('\n');
            text.append(piece.substr(0, end));
            if (end == std::string_view::npos) {
                if (text.size() > LINE_BYTES) {
                    flush();
                }
                return;
            }
            flush();
            piece.remove_prefix(end + 1);
        }
    }

    ~Partial() {
        try {
            flush();
        } catch (...) { // a line is lost with its thread; nobody is left to tell
        }
    }
};

void receive(ggml_log_level level, const char * text, void *) {
    static thread_local Partial partial;
    if (text != nullptr) {
        try {
            partial.add(static_cast<int>(level), text);
        } catch (...) { // out of memory: C code called us, so nothing may get out
            queue().lost.fetch_add(1, std::memory_order_relaxed);
        }
    }
}

// Runs when the library is loaded, before anything of llama.cpp can log.
const bool installed = [] {
    install_log();
    return true;
}();

// "function_name: message" is how llama.cpp logs; people need only the message.
std::string without_function(const std::string & line) {
    const size_t colon = line.find(": ");
    if (colon == std::string::npos || line.find_first_of(" '\"(") < colon) {
        return line;
    }
    return line.substr(colon + 2);
}

} // namespace

// ggml's own answer to a failed assertion starts a debugger that writes to stdout. The process ends all the same.
static void last_words(const char * message) {
    const char * const colon = std::strchr(message, ':');
    const char * name = message;
    for (const char * at = message; at != colon && *at != '\0'; ++at) {
        if (*at == '/' || *at == '\\') {
            name = at + 1;
        }
    }
    std::fprintf(stderr, "shearling: native code ends the process: %s\n", name);
}

void install_log() noexcept {
    llama_log_set(receive, nullptr);
    ggml_set_abort_callback(last_words);
}

Capture::Capture(Lines lines_) noexcept : outer(capture), held_back(lines_ == Lines::held_back) {
    capture = this;
}

Capture::~Capture() {
    capture = outer;
    if (held_back) {
        try {
            for (auto & line : lines) {
                queue_up(line.level, std::move(line.text));
            }
        } catch (...) { // no memory for a log line
            queue().lost.fetch_add(1, std::memory_order_relaxed);
        }
    }
}

std::string Capture::reason(const char * marker, const char * otherwise) const {
    if (marker != nullptr) {
        for (const auto & line : lines) {
            const size_t at = line.level == SHL_LOG_ERROR ? line.text.rfind(marker) : std::string::npos;
            if (at != std::string::npos) {
                return line.text.substr(at + std::strlen(marker));
            }
        }
    }
    for (const auto & line : lines) {
        if (line.level == SHL_LOG_ERROR) {
            return without_function(line.text);
        }
    }
    return lines.empty() ? otherwise : without_function(lines.back().text);
}

} // namespace shell

void shl_log_threshold(int32_t level) noexcept {
    shell::queue().threshold.store(level, std::memory_order_relaxed);
}

bool shl_log_pending(void) noexcept {
    return shell::queue().waiting.load(std::memory_order_acquire) > 0;
}

int64_t shl_log_take(int32_t * level, uint8_t * out, int64_t capacity) noexcept {
    return shell::guard_value(int64_t{-1}, [&]() -> int64_t {
        auto & q = shell::queue();
        shell::Line line;
        {
            const std::lock_guard lock(q.mutex);
            if (q.lines.empty()) {
                return -1;
            }
            line = std::move(q.lines.front());
            q.lines.pop_front();
            q.waiting.store(q.lines.size(), std::memory_order_release);
        }
        if (level != nullptr) {
            *level = line.level;
        }
        if (out != nullptr && capacity > 0) {
            std::memcpy(out, line.text.data(), std::min(static_cast<size_t>(capacity), line.text.size()));
        }
        return static_cast<int64_t>(line.text.size());
    });
}

int64_t shl_log_lost(void) noexcept {
    return shell::queue().lost.load(std::memory_order_relaxed);
}
