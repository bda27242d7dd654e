// The threads that a context computes with.
#ifndef SHEARLING_THREADS_H
#define SHEARLING_THREADS_H

#include "ggml-backend.h"
#include "ggml.h"
#include "governor.h"

#include <cstdint>
#include <map>
#include <memory>
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

// The pools of one context, each with the threads of one count. Those that do not compute are asleep: in a pool that is
// larger than the count that is asked of it, the others would spin beside it.
class ThreadPools {
public:
    ThreadPools(ggml_backend_dev_t cpu_, int32_t poll_, int32_t priority_)
        : cpu(cpu_), poll(poll_), priority(priority_) {}

    // Makes the pool of so many threads, unless it is there: why its threads cannot be started, or an empty string.
    std::string make(int32_t threads);

    // The pool of so many threads, made when it is first asked for; NULL where its threads cannot be started, or where
    // the back end has no pools.
    ggml_threadpool * of(int32_t threads);

private:
    ggml_backend_dev_t cpu;
    int32_t poll;
    int32_t priority;
    std::map<int32_t, std::unique_ptr<ThreadPool>> pools;
};

// Measures a step on the thread that computes it.
class StepClock {
public:
    StepClock() : begin(now()) {}

    // What the step has taken so far. Time that was lost to page faults or sleep does not count as lost.
    StepTime time(int32_t tokens) const;

    // Seconds since it began: much cheaper.
    double seconds() const;

private:
    struct Reading {
        int64_t wall_ns;
        int64_t cpu_ns;
        int64_t preemptions;
    };

    static Reading now();

    Reading begin;
};

} // namespace shell

#endif
