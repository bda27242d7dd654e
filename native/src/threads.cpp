#include "threads.h"

#include "cgroup.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

namespace shell {

namespace {

bool wants_scheduler(int32_t priority, int & policy, sched_param & param) {
    param = {};
    switch (priority) {
    case GGML_SCHED_PRIO_LOW:
        policy = SCHED_BATCH;
        return true;
    case GGML_SCHED_PRIO_MEDIUM:
        policy = SCHED_FIFO;
        param.sched_priority = 40;
        return true;
    case GGML_SCHED_PRIO_HIGH:
        policy = SCHED_FIFO;
        param.sched_priority = 80;
        return true;
    case GGML_SCHED_PRIO_REALTIME:
        policy = SCHED_FIFO;
        param.sched_priority = 90;
        return true;
    default:
        return false;
    }
}

} // namespace

int32_t usable_cores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    std::set<std::string> cores;
    int32_t processors = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        for (size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (!CPU_ISSET(cpu, &allowed)) {
                continue;
            }
            ++processors;
            // Processors that share a core name the same siblings.
            std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
            std::string siblings;
            if (std::getline(file, siblings)) {
                cores.insert(siblings);
            }
        }
    }
    auto count = static_cast<int32_t>(cores.size());
    if (count == 0) {
        count = processors > 0 ? processors : static_cast<int32_t>(std::thread::hardware_concurrency());
    }
    if (const int32_t share = cgroup_cores(); share > 0) {
        count = std::min(count, share);
    }
    return std::clamp(count, 1, GGML_MAX_N_THREADS);
}

std::string threads_fault(int32_t count, int32_t priority) {
    std::mutex mutex;
    std::condition_variable wake;
    bool done = false;
    int refused = 0;
    std::string fault;
    std::vector<std::thread> trial;
    try {
        for (int32_t i = 0; i < count; ++i) {
            trial.emplace_back([&, i] {
                int policy = 0;
                sched_param param{};
                const int error = i == 0 && wants_scheduler(priority, policy, param)
                    ? pthread_setschedparam(pthread_self(), policy, &param)
                    : 0;
                std::unique_lock lock(mutex);
                refused = error != 0 ? error : refused;
                wake.wait(lock, [&] { return done; });
            });
        }
    } catch (const std::system_error &) {
        fault =
            "no more than " + std::to_string(trial.size()) + " of " + std::to_string(count) + " threads can be started";
    }
    {
        const std::lock_guard lock(mutex);
        done = true;
    }
    wake.notify_all();
    for (auto & thread : trial) {
        thread.join();
    }
    if (fault.empty() && refused != 0) {
        fault = std::string("this process may not raise the priority of its threads: ") + std::strerror(refused);
    }
    return fault;
}

ThreadPool::ThreadPool(ggml_backend_dev_t cpu, int32_t threads, int32_t poll, int32_t priority) {
    auto * const reg = ggml_backend_dev_backend_reg(cpu);
    const auto create = reinterpret_cast<ggml_threadpool * (*)(ggml_threadpool_params *)>(
        ggml_backend_reg_get_proc_address(reg, "ggml_threadpool_new"));
    release =
        reinterpret_cast<void (*)(ggml_threadpool *)>(ggml_backend_reg_get_proc_address(reg, "ggml_threadpool_free"));
    if (create == nullptr || release == nullptr) {
        return;
    }
    ggml_threadpool_params params;
    ggml_threadpool_params_init(&params, threads);
    params.poll = static_cast<uint32_t>(poll);
    params.prio = static_cast<ggml_sched_priority>(priority);
    params.paused = true; // asleep until the first graph; else the thread that makes the pool gets its priority
    pool = create(&params);
}

ThreadPool::~ThreadPool() {
    if (pool != nullptr) {
        release(pool);
    }
}

std::string ThreadPools::make(int32_t threads) {
    auto & pool = pools[threads];
    if (pool) {
        return "";
    }
    auto fault = threads_fault(std::max(threads - 1, priority == 0 ? 0 : 1), priority);
    if (fault.empty()) {
        pool = std::make_unique<ThreadPool>(cpu, threads, poll, priority);
    }
    return fault;
}

ggml_threadpool * ThreadPools::of(int32_t threads) {
    return make(threads).empty() ? pools[threads]->native() : nullptr;
}

namespace {

int64_t nanoseconds(clockid_t clock) {
    timespec at{};
    clock_gettime(clock, &at);
    return at.tv_sec * int64_t{1000000000} + at.tv_nsec;
}

} // namespace

StepClock::Reading StepClock::now() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return {nanoseconds(CLOCK_MONOTONIC), nanoseconds(CLOCK_THREAD_CPUTIME_ID), usage.ru_nivcsw};
}

double StepClock::seconds() const {
    return static_cast<double>(nanoseconds(CLOCK_MONOTONIC) - begin.wall_ns) * 1e-9;
}

StepTime StepClock::time(int32_t tokens) const {
    const auto end = now();
    const auto wall = end.wall_ns - begin.wall_ns;
    const auto lost = wall - (end.cpu_ns - begin.cpu_ns);
    // Who waits for the disk gives up the core; who is preempted does not.
    const bool preempted = end.preemptions > begin.preemptions;
    return {static_cast<double>(wall) * 1e-9, preempted ? static_cast<double>(lost) * 1e-9 : 0, tokens};
}

} // namespace shell
