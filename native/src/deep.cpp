#include "deep.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <stdexcept>

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
        throw std::runtime_error("a thread could not be started");
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

} // namespace shell
