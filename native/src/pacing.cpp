#include "pacing.h"

#include "context_state.h"

namespace shell {

namespace {

// A look costs about a microsecond, and comes after every node of a graph at most.
constexpr double between_looks = 0.002;

// Whether all of the batch can be forgotten and computed again at little cost.
bool can_begin_anew(const shl_context & context) {
    return context.batch.size <= context.params.micro_batch_tokens
        && (context.memory() == nullptr || can_slide(&context));
}

bool forget_batch(shl_context & context) {
    auto * const memory = context.memory();
    bool forgotten = true;
    for (size_t i = 0; memory != nullptr && i < context.batch.first.size(); ++i) {
        if (context.batch.first[i] >= 0) {
            forgotten =
                llama_memory_seq_rm(memory, static_cast<llama_seq_id>(i), context.batch.first[i], -1) && forgotten;
        }
    }
    return forgotten;
}

int32_t run(shl_context & context) {
    const auto batch = context.batch.native();
    return context.encode ? llama_encode(context.native.get(), batch) : llama_decode(context.native.get(), batch);
}

} // namespace

void Pacing::begin(int32_t tokens_, bool may_give_up_) {
    tokens = tokens_;
    may_give_up = may_give_up_;
    given_up = false;
    next_look = between_looks;
    clock = StepClock();
}

bool Pacing::gives_up() {
    if (!may_give_up) {
        return false;
    }
    if (const double seconds = clock.seconds(); seconds >= next_look) {
        next_look = seconds + between_looks;
        given_up = governor.hopeless(clock.time(tokens));
    }
    return given_up;
}

void Pacing::done() {
    may_give_up = false;
    governor.measured(clock.time(tokens));
}

bool Pacing::again() {
    may_give_up = false;
    if (given_up) {
        governor.gave_up();
    }
    return given_up;
}

void use_threads(shl_context & context, int32_t threads, int32_t threads_batch) {
    auto * pool = context.pools.of(threads);
    auto * const pool_batch = context.pools.of(threads_batch);
    if (pool == nullptr || pool_batch == nullptr) {
        threads = threads_batch = 1;
        pool = context.pools.of(1);
    }
    auto * const native = context.native.get();
    llama_attach_threadpool(native, pool, threads == threads_batch ? pool : pool_batch);
    llama_set_n_threads(native, threads, threads_batch);
    context.threads.store(threads, std::memory_order_relaxed);
}

bool wants_stop(void * data) {
    auto & context = *static_cast<shl_context *>(data);
    if (context.shifted) {
        return false; // cut off now, a part of the memory would be at its old positions
    }
    return context.cancelled.load(std::memory_order_relaxed) || (context.pacing && context.pacing->gives_up());
}

int32_t compute(shl_context & context, Capture & log) {
    if (context.shifted) {
        inside::finish_moves(context.native.get());
        context.shifted = false;
    }
    if (!context.pacing) {
        return run(context);
    }
    auto & pacing = *context.pacing;
    for (;;) {
        if (const int32_t threads = pacing.threads(); threads != context.threads.load(std::memory_order_relaxed)) {
            use_threads(context, threads, threads);
        }
        pacing.begin(context.batch.size, can_begin_anew(context));
        const int32_t result = run(context);
        if (result == 0) {
            pacing.done();
        }
        const bool stopped = result == 2 && !context.cancelled.load(std::memory_order_relaxed);
        if (!pacing.again() || !stopped || !forget_batch(context)) {
            return result;
        }
        log.drop();
    }
}

} // namespace shell
