// The threads that a context computes with.
#ifndef SHEARLING_THREADS_H
#define SHEARLING_THREADS_H

#include "ggml-backend.h"
#include "ggml.h"

#include <cstdint>
#include <string>

namespace shell {

// Physical cores that this process may use: its affinity mask and, on Linux, its cgroup's share of CPU time count.
int32_t usable_cores();

// Why this process cannot have `count` more threads of that priority, or an empty string. ggml would abort, or write to
// stderr.
std::string threads_fault(int32_t count, int32_t priority);

// Worker threads of ggml's CPU back end that live as long as this object. Without one, ggml starts and joins threads
// for every graph it computes.
class ThreadPool {
public:
    // `cpu` is the CPU back end's device; a back end without thread pools leaves this empty.
    ThreadPool(ggml_backend_dev_t cpu, int32_t threads, int32_t poll, int32_t priority);
    ~ThreadPool();
    ThreadPool(const ThreadPool &) = delete;
    ThreadPool & operator=(const ThreadPool &) = delete;

    ggml_threadpool * native() const { return pool; }

private:
    ggml_threadpool * pool = nullptr;
    void (*release)(ggml_threadpool *) = nullptr;
};

} // namespace shell

#endif
