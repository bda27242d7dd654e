#include "deep.h"

#include "shell.h"

#include <pthread.h>

#include <algorithm>
#include <exception>

namespace shell {

namespace {

struct Job {
    const std::function<void()> & work;
    std::exception_ptr failure;
};

void * run(void * argument) {
    auto & job = *static_cast<Job *>(argument);
    try {
        job.work();
    } catch (...) {
        job.failure = std::current_exception();
    }
    return nullptr;
}

} // namespace

void run_deep(const std::function<void()> & work, size_t stack_bytes) {
    Job job{work, nullptr};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_t thread;
    const int error = pthread_create(&thread, &attributes, run, &job);
    pthread_attr_destroy(&attributes);
    if (error != 0) {
        throw NoThread();
    }
    pthread_join(thread, nullptr);
    if (job.failure) {
        std::rethrow_exception(job.failure);
    }
}

int bracket_depth(std::string_view text, bool quotes) {
    int depth = 0;
    int deepest = 0;
    char quote = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == '\\') {
                ++i;
            } else if (c == quote) {
                quote = 0;
            }
        } else if (quotes && c == '"') {
            quote = c;
        } else if (c == '(' || c == '[' || c == '{') {
            deepest = std::max(deepest, ++depth);
        } else if (c == ')' || c == ']' || c == '}') {
            depth = std::max(0, depth - 1);
        }
    }
    return deepest;
}

int grammar_depth(std::string_view text) {
    int depth = 0;
    int deepest = 0;
    // Goes on to where what began here ends; without an end the parser refuses the grammar there. Where it reads
    // characters it takes as many bytes as the first one announces, whatever they are.
    const auto skip = [&](size_t from, std::string_view ends, bool characters) {
        size_t i = from + 1;
        while (i < text.size() && ends.find(text[i]) == std::string_view::npos) {
            const auto first = static_cast<unsigned char>(text[i]);
            const size_t bytes = first == '\\' || (first >= 0xc0 && first < 0xe0) ? 2
                : first >= 0xf0                                                   ? 4
                : first >= 0xe0                                                   ? 3
                                                                                  : 1;
            i += characters ? bytes : 1;
        }
        return i;
    };
    for (size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
        case '"':
            i = skip(i, "\"", true);
            break;
        case '[':
            i = skip(i, "]", true);
            break;
        case '<':
            i = skip(i, ">", false);
            break;
        case '#':
            i = skip(i, "\r\n", false);
            break;
        case '(':
            deepest = std::max(deepest, ++depth);
            break;
        case ')':
            depth = std::max(0, depth - 1);
            break;
        default:
            break;
        }
    }
    return deepest;
}

} // namespace shell
