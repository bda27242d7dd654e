#include "allocator.h"
#include "context_state.h"
#include "observer.h"

#include <algorithm>
#include <cstring>

struct shl_statistics {
    shell::Observer observer;
    shl_context * context = nullptr;
    int32_t chunk_tokens;
    int32_t tokens = 0; // of the last chunk
    bool begun = false;

    explicit shl_statistics(int32_t chunk_tokens_) : chunk_tokens(chunk_tokens_) {}
    shl_statistics(const shl_statistics &) = delete;
    shl_statistics & operator=(const shl_statistics &) = delete;
    ~shl_statistics() { shl_context_free(context); }
};

namespace {

using shell::fail;

// As upstream's tools compute at once by default.
constexpr int32_t MICRO_BATCH = 512;
constexpr int32_t LEAST_CHUNK = 16;

shl_status check(const shl_statistics_params & p) {
    if (p.chunk_tokens < LEAST_CHUNK || p.chunk_tokens > 1 << 24) {
        return fail(SHL_INVALID_ARGUMENT, "chunk_tokens is %d; it must be between %d and %d", p.chunk_tokens,
            LEAST_CHUNK, 1 << 24);
    }
    if (p.threads < 0 || p.threads > GGML_MAX_N_THREADS) {
        return fail(SHL_INVALID_ARGUMENT, "threads is %d; it must be between 0 and %d", p.threads, GGML_MAX_N_THREADS);
    }
    if (p.last_block < -1) {
        return fail(SHL_INVALID_ARGUMENT, "last_block is %d; it must be -1 or more", p.last_block);
    }
    return SHL_OK;
}

shl_status create(shl_model * model, const shl_statistics_params & p, shl_statistics ** out) {
    auto made = std::make_unique<shl_statistics>(p.chunk_tokens);
    made->observer.process_output = p.process_output;
    made->observer.look_at_blocks = p.blocks && !p.grams_only;
    made->observer.grams_only = p.grams_only;
    made->observer.last_block = p.last_block;
    made->observer.threads = p.threads == 0 ? shell::usable_cores() : p.threads;
    shl_context_params params;
    shl_context_params_default(&params);
    params.context_tokens = p.chunk_tokens;
    params.batch_tokens = p.chunk_tokens;
    params.micro_batch_tokens = MICRO_BATCH;
    // A step whose number of threads is left to the context may be begun anew, and then it would be counted twice.
    params.threads = made->observer.threads;
    params.threads_batch = made->observer.threads;
    const auto status = shell::new_context(model, params, {shell::Observer::call, &made->observer}, &made->context);
    if (status == SHL_OK) {
        *out = made.release();
    }
    return status;
}

shl_status add(shl_statistics & statistics, const int32_t * tokens, const float * states, int32_t count) {
    if (const auto fault = statistics.observer.fault(); fault != SHL_OK) {
        return fault;
    }
    if (count < LEAST_CHUNK || count > statistics.chunk_tokens) {
        return fail(SHL_INVALID_ARGUMENT, "a chunk of %d tokens; it must have %d to %d", count, LEAST_CHUNK,
            statistics.chunk_tokens);
    }
    auto * const context = statistics.context;
    if (context->memory() != nullptr) {
        llama_memory_clear(context->memory(), true);
    }
    shl_batch_clear(context);
    statistics.begun = true;
    statistics.tokens = count;
    for (auto & each : statistics.observer.kept) {
        each.values.clear();
    }
    // All outputs, though nobody reads them: the last block leaves out tokens that have none.
    const std::vector<int32_t> unread(states == nullptr ? 0 : static_cast<size_t>(count));
    auto status =
        shl_batch_add(context, 0, 0, states == nullptr ? tokens : unread.data(), count, SHL_OUTPUTS_ALL, nullptr);
    context->batch.states = const_cast<float *>(states); // upstream only reads them
    status = status == SHL_OK ? shl_context_decode(context) : status;
    context->batch.states = nullptr;
    const auto fault = statistics.observer.fault();
    return fault == SHL_OK ? status : fault;
}

shl_status step(
    shl_statistics & statistics, const int32_t * tokens, const float * states, int32_t count, bool exact, float * out) {
    if (statistics.context->positions_per_token != 1) {
        return fail(SHL_UNSUPPORTED, "the tokens of this model have several positions each");
    }
    auto & observer = statistics.observer;
    if (out != nullptr && observer.last_block < 0) {
        return fail(SHL_INVALID_ARGUMENT, "there is no last_block that something could come out of");
    }
    if (exact) {
        observer.forget_exact();
    }
    observer.keep_exact = exact;
    observer.states.clear();
    const auto status = add(statistics, tokens, states, count);
    observer.keep_exact = false;
    if (!exact) {
        observer.forget_exact();
    }
    if (status != SHL_OK || out == nullptr) {
        return status;
    }
    const auto width = static_cast<size_t>(llama_model_n_embd(statistics.context->model->model));
    if (observer.states.size() != static_cast<size_t>(count) * width) {
        return fail(SHL_UNSUPPORTED, "block %d does not give a state for each token", observer.last_block);
    }
    std::copy(observer.states.begin(), observer.states.end(), out);
    return SHL_OK;
}

bool has_states(const shell::KeptStates & states, int32_t block, int32_t place) {
    return states.block == block && states.end == (place == SHL_BLOCK_END);
}

shl_status want_states(shl_statistics & statistics, int32_t block, int32_t place) {
    if (statistics.begun) {
        return fail(SHL_INVALID_ARGUMENT, "text was read already; say before it which states are wanted");
    }
    if (block < 0 || (place != SHL_BLOCK_FEED_FORWARD && place != SHL_BLOCK_END)) {
        return fail(SHL_INVALID_ARGUMENT, "there are no states of block %d at place %d", block, place);
    }
    auto & kept = statistics.observer.kept;
    if (std::none_of(kept.begin(), kept.end(), [=](const auto & each) { return has_states(each, block, place); })) {
        kept.push_back({block, place == SHL_BLOCK_END, {}});
    }
    return SHL_OK;
}

shl_status copy_states(const shl_statistics & statistics, int32_t block, int32_t place, float * out, int64_t capacity) {
    const auto & kept = statistics.observer.kept;
    const auto states =
        std::find_if(kept.begin(), kept.end(), [=](const auto & each) { return has_states(each, block, place); });
    if (states == kept.end()) {
        return fail(SHL_INVALID_ARGUMENT, "no states of block %d at place %d were asked for", block, place);
    }
    const auto width = static_cast<size_t>(llama_model_n_embd(statistics.context->model->model));
    if (states->values.size() != static_cast<size_t>(statistics.tokens) * width) {
        return fail(SHL_UNSUPPORTED, "block %d does not give a state for each token at place %d", block, place);
    }
    if (static_cast<size_t>(capacity) < states->values.size()) {
        return fail(SHL_INVALID_ARGUMENT, "out has no room for %zu floats", states->values.size());
    }
    std::copy(states->values.begin(), states->values.end(), out);
    return SHL_OK;
}

const shell::WeightStatistics * weight_of(const shl_statistics * statistics, int32_t index) {
    if (statistics == nullptr) {
        fail(SHL_INVALID_ARGUMENT, "statistics is NULL");
        return nullptr;
    }
    const auto & weights = statistics->observer.weights();
    if (index < 0 || static_cast<size_t>(index) >= weights.size()) {
        fail(SHL_INVALID_ARGUMENT, "there is no weight %d: %zu were seen", index, weights.size());
        return nullptr;
    }
    return &weights[static_cast<size_t>(index)];
}

template <typename Number>
void copy_numbers(const std::vector<Number> & from, double * out, int32_t capacity) {
    const size_t size = std::min(from.size(), static_cast<size_t>(capacity));
    std::transform(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(size), out,
        [](Number value) { return static_cast<double>(value); });
}

} // namespace

void shl_statistics_params_default(shl_statistics_params * out) noexcept {
    if (out != nullptr) {
        *out = {};
        out->chunk_tokens = 512;
        out->blocks = true;
        out->last_block = -1;
    }
}

shl_status shl_statistics_new(shl_model * model, const shl_statistics_params * params, shl_statistics ** out) noexcept {
    return shell::guard([&] {
        if (model == nullptr || params == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "model, params or out is NULL");
        }
        *out = nullptr;
        const auto status = check(*params);
        return status == SHL_OK ? create(model, *params, out) : status;
    });
}

void shl_statistics_free(shl_statistics * statistics) noexcept {
    if (statistics == nullptr) {
        return;
    }
    delete statistics;
    shell::give_back();
}

shl_status shl_statistics_want_gram(shl_statistics * statistics, const char * weight) noexcept {
    return shell::guard([&] {
        if (statistics == nullptr || weight == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "statistics or weight is NULL");
        }
        if (statistics->begun) {
            return fail(SHL_INVALID_ARGUMENT, "text was read already; say before it which Gram matrices are wanted");
        }
        statistics->observer.wanted_grams.emplace_back(weight);
        return SHL_OK;
    });
}

shl_status shl_statistics_want_cross(shl_statistics * statistics, const char * weight) noexcept {
    return shell::guard([&] {
        if (statistics == nullptr || weight == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "statistics or weight is NULL");
        }
        const auto & grams = statistics->observer.wanted_grams;
        if (statistics->begun || std::find(grams.begin(), grams.end(), weight) == grams.end()) {
            return fail(SHL_INVALID_ARGUMENT, "text was read already, or no Gram matrix of %s was asked for", weight);
        }
        statistics->observer.wanted_crosses.emplace_back(weight);
        return SHL_OK;
    });
}

shl_status shl_statistics_add(shl_statistics * statistics, const int32_t * tokens, int32_t count) noexcept {
    return shell::guard([&] {
        return statistics == nullptr || tokens == nullptr ? fail(SHL_INVALID_ARGUMENT, "statistics or tokens is NULL")
                                                          : add(*statistics, tokens, nullptr, count);
    });
}

shl_status shl_statistics_step(shl_statistics * statistics, const int32_t * tokens, const float * states, int32_t count,
    bool exact, float * out) noexcept {
    return shell::guard([&] {
        return statistics == nullptr || (tokens == nullptr) == (states == nullptr)
            ? fail(SHL_INVALID_ARGUMENT, "statistics is NULL, or not one of tokens and states is")
            : step(*statistics, tokens, states, count, exact, out);
    });
}

shl_status shl_statistics_want_states(shl_statistics * statistics, int32_t block, int32_t place) noexcept {
    return shell::guard([&] {
        return statistics == nullptr ? fail(SHL_INVALID_ARGUMENT, "statistics is NULL")
                                     : want_states(*statistics, block, place);
    });
}

shl_status shl_statistics_states(
    const shl_statistics * statistics, int32_t block, int32_t place, float * out, int64_t capacity) noexcept {
    return shell::guard([&] {
        return statistics == nullptr || out == nullptr || capacity < 0
            ? fail(SHL_INVALID_ARGUMENT, "statistics or out is NULL, or capacity negative")
            : copy_states(*statistics, block, place, out, capacity);
    });
}

void shl_statistics_cancel(shl_statistics * statistics) noexcept {
    if (statistics != nullptr) {
        shl_context_cancel(statistics->context);
    }
}

int32_t shl_statistics_count(const shl_statistics * statistics) noexcept {
    return statistics == nullptr ? 0 : static_cast<int32_t>(statistics->observer.weights().size());
}

shl_status shl_statistics_read(const shl_statistics * statistics, int32_t index, shl_statistics_info * out) noexcept {
    return shell::guard([&] {
        const auto * const weight = weight_of(statistics, index);
        if (weight == nullptr || out == nullptr) {
            return out == nullptr ? fail(SHL_INVALID_ARGUMENT, "out is NULL") : SHL_INVALID_ARGUMENT;
        }
        *out = {};
        out->columns = weight->columns;
        out->values = static_cast<int64_t>(weight->squares.size());
        out->counts = static_cast<int32_t>(weight->counts.size());
        out->input = weight->input;
        out->gram = weight->gram != nullptr;
        std::strncpy(out->name, weight->name.c_str(), sizeof out->name - 1);
        return SHL_OK;
    });
}

shl_status shl_statistics_values(
    const shl_statistics * statistics, int32_t index, int32_t statistic, double * out, int32_t capacity) noexcept {
    return shell::guard([&] {
        const auto * const weight = weight_of(statistics, index);
        if (weight == nullptr) {
            return SHL_INVALID_ARGUMENT;
        }
        if (out == nullptr || capacity < 0) {
            return fail(SHL_INVALID_ARGUMENT, "out is NULL or capacity negative");
        }
        switch (statistic) {
        case SHL_STATISTIC_SQUARES:
            copy_numbers(weight->squares, out, capacity);
            return SHL_OK;
        case SHL_STATISTIC_SUMS:
            copy_numbers(weight->sums, out, capacity);
            return SHL_OK;
        case SHL_STATISTIC_COUNTS:
            copy_numbers(weight->counts, out, capacity);
            return SHL_OK;
        default:
            return fail(SHL_INVALID_ARGUMENT, "statistic %d is not one of shl_statistic", statistic);
        }
    });
}

shl_status shl_statistics_gram(
    const shl_statistics * statistics, int32_t index, float * out, int64_t capacity) noexcept {
    return shell::guard([&] {
        const auto * const weight = weight_of(statistics, index);
        if (weight == nullptr) {
            return SHL_INVALID_ARGUMENT;
        }
        if (weight->gram == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "no Gram matrix of %s was asked for", weight->name.c_str());
        }
        if (out == nullptr || capacity < weight->columns * weight->columns) {
            return fail(SHL_INVALID_ARGUMENT, "out is NULL or has no room for %lld x %lld floats",
                static_cast<long long>(weight->columns), static_cast<long long>(weight->columns));
        }
        weight->gram->copy(out);
        return SHL_OK;
    });
}

shl_status shl_statistics_take_cross(
    shl_statistics * statistics, int32_t index, float * out, int64_t capacity) noexcept {
    return shell::guard([&] {
        const auto * const weight = weight_of(statistics, index);
        if (weight == nullptr) {
            return SHL_INVALID_ARGUMENT;
        }
        if (weight->cross == nullptr) {
            return fail(
                SHL_INVALID_ARGUMENT, "no cross matrix of %s was asked for, or it was taken", weight->name.c_str());
        }
        if (out == nullptr || capacity < weight->columns * weight->columns) {
            return fail(SHL_INVALID_ARGUMENT, "out is NULL or has no room for %lld x %lld floats",
                static_cast<long long>(weight->columns), static_cast<long long>(weight->columns));
        }
        weight->cross->copy(out);
        statistics->observer.weight(static_cast<size_t>(index)).cross.reset();
        return SHL_OK;
    });
}

int32_t shl_statistics_blocks(const shl_statistics * statistics) noexcept {
    return statistics == nullptr ? 0 : static_cast<int32_t>(statistics->observer.blocks().size());
}

shl_status shl_statistics_block(const shl_statistics * statistics, int32_t block, shl_block_cosines * out) noexcept {
    return shell::guard([&] {
        if (statistics == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "statistics or out is NULL");
        }
        const auto & blocks = statistics->observer.blocks();
        if (block < 0 || static_cast<size_t>(block) >= blocks.size()) {
            return fail(SHL_INVALID_ARGUMENT, "there is no block %d: %zu were seen", block, blocks.size());
        }
        const auto & cosines = blocks[static_cast<size_t>(block)];
        *out = {cosines.block.mean(), cosines.attention.mean(), cosines.feed_forward.mean()};
        return SHL_OK;
    });
}
