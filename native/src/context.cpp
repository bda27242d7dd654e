#include "capture.h"
#include "handles.h"
#include "inside.h"
#include "registry.h"
#include "shell.h"
#include "threads.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <vector>

namespace {

struct FreeContext {
    void operator()(llama_context * context) const { llama_free(context); }
};

// The arrays that llama_decode reads, of a fixed size, each token in one sequence.
struct Batch {
    std::vector<llama_token> tokens;
    std::vector<llama_pos> positions;
    std::vector<int32_t> sequence_counts;
    std::vector<llama_seq_id *> sequence_lists;
    std::vector<int8_t> outputs;
    std::vector<llama_seq_id> sequences; // 0, 1, 2, ...: what sequence_lists points to
    std::vector<llama_pos> first; // position at which a sequence begins in this batch, -1: it is not in it
    std::vector<llama_pos> next; // position at which it goes on
    int32_t size = 0;

    Batch(int32_t capacity, int32_t sequence_count)
        : tokens(static_cast<size_t>(capacity)), positions(tokens.size()), sequence_counts(tokens.size(), 1),
          sequence_lists(tokens.size()), outputs(tokens.size()), sequences(static_cast<size_t>(sequence_count)),
          first(sequences.size(), -1), next(sequences.size(), -1) {
        std::iota(sequences.begin(), sequences.end(), 0);
    }

    void clear() {
        size = 0;
        std::fill(first.begin(), first.end(), -1);
        std::fill(next.begin(), next.end(), -1);
    }

    llama_batch native() {
        return {size, tokens.data(), nullptr, positions.data(), sequence_counts.data(), sequence_lists.data(),
            outputs.data()};
    }
};

} // namespace

struct shl_context {
    shl_model * model;
    // The pools go after the context that computes with them, so they stand before it.
    std::unique_ptr<shell::ThreadPool> pool;
    std::unique_ptr<shell::ThreadPool> pool_batch; // only when the thread counts differ
    std::unique_ptr<llama_context, FreeContext> native;
    shl_context_params params; // as granted
    std::atomic<bool> cancelled{false};
    Batch batch;
    std::vector<int8_t> outputs; // of the last decoded batch: which tokens have an output; empty when it failed
    int64_t most_outputs; // rows in upstream's output buffer, which only grows
    int64_t counted_bytes = 0;
    int32_t position_limit;
    uint32_t positions_per_token;
    bool whole_batch; // the batch has to be computed at once
    bool encode; // llama_encode instead of llama_decode

    shl_context(shl_model * model_, const shl_context_params & params_, int32_t batch_tokens)
        : model(model_), params(params_), batch(batch_tokens, params_.sequence_count),
          most_outputs(params_.sequence_count), position_limit(inside::position_limit(model_->model)),
          positions_per_token(inside::positions_per_token(model_->model)) {}

    llama_memory_t memory() const { return encode ? nullptr : llama_get_memory(native.get()); }

    int64_t output_row_bytes() const {
        const int64_t embedding = params.embeddings ? llama_model_n_embd_out(model->model) : 0;
        return (model->vocabulary_size() + embedding) * static_cast<int64_t>(sizeof(float));
    }

    inside::Memory bytes() const {
        auto sum = inside::memory(native.get());
        sum.compute += most_outputs * output_row_bytes();
        return sum;
    }

    void count_bytes() {
        const auto now = bytes();
        const int64_t total = now.cells + now.compute;
        shell::counters.context_bytes.fetch_add(total - counted_bytes, std::memory_order_relaxed);
        counted_bytes = total;
    }
};

namespace {

using shell::fail;

bool cache_type(int32_t type) {
    switch (type) {
    case GGML_TYPE_F32:
    case GGML_TYPE_F16:
    case GGML_TYPE_BF16:
    case GGML_TYPE_Q8_0:
    case GGML_TYPE_Q4_0:
    case GGML_TYPE_Q4_1:
    case GGML_TYPE_Q5_0:
    case GGML_TYPE_Q5_1:
    case GGML_TYPE_IQ4_NL:
        return true;
    default:
        return false;
    }
}

shl_status check_ranges(const shl_context_params & p) {
    const auto most_sequences = static_cast<int32_t>(llama_max_parallel_sequences());
    const auto within = [](const char * name, int32_t value, int32_t low, int32_t high) {
        return value >= low && value <= high
            ? SHL_OK
            : fail(SHL_INVALID_ARGUMENT, "%s is %d; it must be between %d and %d", name, value, low, high);
    };
    const auto positive = [](const char * name, float value) {
        return value >= 0 && std::isfinite(value)
            ? SHL_OK
            : fail(SHL_INVALID_ARGUMENT, "%s is %g; it must be 0 or more", name, static_cast<double>(value));
    };
    for (const auto status : {within("context_tokens", p.context_tokens, 0, 1 << 28),
             within("sequence_count", p.sequence_count, 1, most_sequences),
             within("batch_tokens", p.batch_tokens, 1, 1 << 24),
             within("micro_batch_tokens", p.micro_batch_tokens, 1, 1 << 24),
             within("threads", p.threads, 0, GGML_MAX_N_THREADS),
             within("threads_batch", p.threads_batch, 0, GGML_MAX_N_THREADS), within("poll", p.poll, 0, 100),
             within("priority", p.priority, -1, 3), within("flash_attention", p.flash_attention, -1, 1),
             within("pooling", p.pooling, SHL_POOLING_MODEL, SHL_POOLING_RANK), within("attention", p.attention, -1, 1),
             positive("rope_frequency_base", p.rope_frequency_base),
             positive("rope_frequency_scale", p.rope_frequency_scale)}) {
        if (status != SHL_OK) {
            return status;
        }
    }
    return SHL_OK;
}

shl_status check_cache(const llama_model * model, const shl_context_params & p) {
    for (const bool k : {true, false}) {
        const int32_t type = k ? p.type_k : p.type_v;
        if (!cache_type(type)) {
            return fail(SHL_INVALID_ARGUMENT, "tensor type %d cannot hold the %s cache", type, k ? "K" : "V");
        }
        const auto native = static_cast<ggml_type>(type);
        if (ggml_is_quantized(native) && !inside::heads_fit(model, k, ggml_blck_size(native))) {
            return fail(SHL_UNSUPPORTED,
                "the heads of this model are not a multiple of the %lld elements of a block of %s",
                static_cast<long long>(ggml_blck_size(native)), ggml_type_name(native));
        }
    }
    if (ggml_is_quantized(static_cast<ggml_type>(p.type_v)) && p.flash_attention == 0) {
        return fail(SHL_UNSUPPORTED, "a quantized V cache needs flash attention, which is switched off");
    }
    return SHL_OK;
}

shl_status check_model(const shl_model * model, const shl_context_params & p) {
    const auto * const native = model->model;
    if (model->vocabulary_only) {
        return fail(SHL_UNSUPPORTED, "only the vocabulary of this model was loaded");
    }
    if (llama_model_has_encoder(native) && llama_model_has_decoder(native)) {
        return fail(SHL_UNSUPPORTED, "models of an encoder and a decoder are not supported");
    }
    if (!p.embeddings && !llama_model_has_decoder(native)) {
        return fail(SHL_UNSUPPORTED, "this model gives embeddings only; set `embeddings`");
    }
    if (!p.embeddings && p.pooling > SHL_POOLING_NONE) {
        return fail(SHL_INVALID_ARGUMENT, "pooling is for embeddings; set `embeddings`");
    }
    if (p.pooling == SHL_POOLING_RANK && !inside::classifier(native)) {
        return fail(SHL_UNSUPPORTED, "this model has no classifier head to rank with");
    }
    if (p.context_tokens == 0 && llama_model_n_ctx_train(native) <= 0) {
        return fail(SHL_INVALID_ARGUMENT, "the model does not say its context length; set context_tokens");
    }
    return check_cache(native, p);
}

bool on_abort(void * data) {
    return static_cast<const std::atomic<bool> *>(data)->load(std::memory_order_relaxed);
}

llama_context_params native_params(const shl_context & context, int64_t context_tokens) {
    const auto & p = context.params;
    auto native = llama_context_default_params();
    native.n_ctx = static_cast<uint32_t>(context_tokens);
    native.n_batch = static_cast<uint32_t>(p.batch_tokens);
    native.n_ubatch = static_cast<uint32_t>(p.micro_batch_tokens);
    native.n_seq_max = static_cast<uint32_t>(p.sequence_count);
    native.n_threads = p.threads;
    native.n_threads_batch = p.threads_batch;
    native.pooling_type = static_cast<enum llama_pooling_type>(p.pooling);
    native.attention_type = static_cast<llama_attention_type>(p.attention);
    native.flash_attn_type = static_cast<llama_flash_attn_type>(p.flash_attention);
    native.rope_freq_base = p.rope_frequency_base;
    native.rope_freq_scale = p.rope_frequency_scale;
    native.type_k = static_cast<ggml_type>(p.type_k);
    native.type_v = static_cast<ggml_type>(p.type_v);
    native.embeddings = p.embeddings;
    native.offload_kqv = p.offload_kv;
    native.no_perf = true;
    native.swa_full = false;
    native.kv_unified = p.unified;
    native.abort_callback = on_abort;
    native.abort_callback_data = const_cast<std::atomic<bool> *>(&context.cancelled);
    return native;
}

// What depends on the context that upstream made: sizes as granted, and how it may be used.
shl_status settle(shl_context & context) {
    auto * const native = context.native.get();
    auto & p = context.params;
    const auto * const model = context.model->model;
    context.encode = llama_model_has_encoder(model);
    const bool remembers = context.memory() != nullptr;
    if (!remembers && !p.embeddings && !llama_model_is_diffusion(model)) {
        return fail(SHL_UNSUPPORTED, "this model gives embeddings only; set `embeddings`");
    }
    p.context_tokens = static_cast<int32_t>(llama_n_ctx_seq(native));
    p.batch_tokens = static_cast<int32_t>(llama_n_batch(native));
    p.micro_batch_tokens = static_cast<int32_t>(llama_n_ubatch(native));
    p.pooling = static_cast<int32_t>(llama_pooling_type(native));
    const bool causal = p.attention == 0 || (p.attention == -1 && inside::causal(model));
    const bool pooled = p.embeddings && p.pooling != SHL_POOLING_NONE;
    context.whole_batch = !remembers || !causal || pooled;
    if (p.embeddings && p.pooling == SHL_POOLING_RANK && !inside::classifier(model)) {
        return fail(SHL_UNSUPPORTED, "this model has no classifier head to rank with");
    }
    return SHL_OK;
}

shl_status create(shl_model * model, shl_context_params p, shl_context ** out) {
    p.threads = p.threads == 0 ? shell::usable_cores() : p.threads;
    p.threads_batch = p.threads_batch == 0 ? p.threads : p.threads_batch;
    p.micro_batch_tokens = std::min(p.micro_batch_tokens, p.batch_tokens);
    if (p.embeddings && p.pooling != SHL_POOLING_NONE) {
        p.unified = true; // else upstream may compute a sequence in parts and pool only the last
    }
    const int64_t each = p.context_tokens > 0 ? p.context_tokens : llama_model_n_ctx_train(model->model);
    const int64_t all = each * p.sequence_count;
    if (all > std::numeric_limits<int32_t>::max() - 256 * p.sequence_count) {
        return fail(SHL_INVALID_ARGUMENT, "%d sequences of %lld tokens are too many", p.sequence_count,
            static_cast<long long>(each));
    }
    const int32_t workers = p.threads + p.threads_batch - 2;
    if (const auto fault = shell::threads_fault(std::max(workers, p.priority == 0 ? 0 : 1), p.priority);
        !fault.empty()) {
        return shell::fail_with(SHL_UNSUPPORTED, fault);
    }

    auto context = std::make_unique<shl_context>(model, p, p.batch_tokens);
    const std::shared_lock lock(shell::registry());
    auto * const cpu = shell::cpu_device();
    context->pool = std::make_unique<shell::ThreadPool>(cpu, p.threads, p.poll, p.priority);
    if (p.threads_batch != p.threads) {
        context->pool_batch = std::make_unique<shell::ThreadPool>(cpu, p.threads_batch, p.poll, p.priority);
    }
    const shell::Capture capture;
    context->native.reset(llama_init_from_model(model->model, native_params(*context, all)));
    if (!context->native) {
        const auto reason = capture.reason("failed to initialize the context: ", "the context could not be made");
        const bool memory = reason.find("alloc") != std::string::npos;
        return shell::fail_with(memory ? SHL_OUT_OF_MEMORY : SHL_UNSUPPORTED, reason);
    }
    llama_attach_threadpool(
        context->native.get(), context->pool->native(), context->pool_batch ? context->pool_batch->native() : nullptr);
    if (const auto status = settle(*context); status != SHL_OK) {
        return status;
    }
    context->count_bytes();
    *out = context.release();
    shell::counters.contexts.fetch_add(1, std::memory_order_relaxed);
    return SHL_OK;
}

// What upstream would assert, or refuse in several lines.
shl_status check_batch(const shl_context & context) {
    const auto & batch = context.batch;
    if (batch.size == 0) {
        return fail(SHL_INVALID_ARGUMENT, "the batch is empty");
    }
    if (context.whole_batch && batch.size > context.params.micro_batch_tokens) {
        return fail(SHL_INVALID_ARGUMENT,
            "%d tokens have to be computed at once here, but micro_batch_tokens is %d; make it larger", batch.size,
            context.params.micro_batch_tokens);
    }
    auto * const memory = context.memory();
    if (memory == nullptr) {
        return SHL_OK;
    }
    for (const auto sequence : batch.sequences) {
        const auto first = batch.first[static_cast<size_t>(sequence)];
        if (first < 0) {
            continue;
        }
        const auto last = llama_memory_seq_pos_max(memory, sequence);
        const bool follows = context.positions_per_token == 1 ? first == last + 1 : first > last;
        if (last >= 0 && !follows) {
            return fail(
                SHL_INVALID_ARGUMENT, "sequence %d goes on at position %d, not at %d", sequence, last + 1, first);
        }
    }
    return SHL_OK;
}

shl_status decode(shl_context & context) {
    context.outputs.clear();
    if (const auto status = check_batch(context); status != SHL_OK) {
        return status;
    }
    if (context.cancelled.exchange(false)) {
        return fail(SHL_CANCELLED, "the computation was cancelled before it began");
    }
    const shell::Capture capture;
    const auto batch = context.batch.native();
    const int32_t result =
        context.encode ? llama_encode(context.native.get(), batch) : llama_decode(context.native.get(), batch);
    switch (result) {
    case 0:
        break;
    case 1:
        return fail(SHL_NO_ROOM, "the context has no room for %d more tokens", context.batch.size);
    case 2:
        context.cancelled.store(false);
        return fail(SHL_CANCELLED, "the computation was cancelled");
    case -1:
        return shell::fail_with(SHL_INVALID_ARGUMENT, capture.reason(nullptr, "llama.cpp refused the batch"));
    default:
        return shell::fail_with(SHL_FAILED, capture.reason(nullptr, "llama.cpp could not compute the batch"));
    }
    const auto end = context.batch.outputs.begin() + context.batch.size;
    context.outputs.assign(context.batch.outputs.begin(), end);
    const int64_t rows = context.encode || context.memory() == nullptr
        ? context.batch.size
        : std::count(context.batch.outputs.begin(), end, int8_t{1});
    if (rows > context.most_outputs) {
        context.most_outputs = rows;
        context.count_bytes();
    }
    return SHL_OK;
}

shl_status check_output(const shl_context & context, int32_t index) {
    if (index < 0 || static_cast<size_t>(index) >= context.outputs.size()) {
        return fail(SHL_INVALID_ARGUMENT, "there is no token %d in the last decoded batch of %zu", index,
            context.outputs.size());
    }
    if (context.outputs[static_cast<size_t>(index)] == 0) {
        return fail(SHL_INVALID_ARGUMENT, "no output was asked for token %d of the batch", index);
    }
    return SHL_OK;
}

shl_status copy_floats(const float * source, int64_t size, float * out, int32_t capacity) {
    if (source == nullptr) {
        return fail(SHL_FAILED, "llama.cpp has no such output");
    }
    std::memcpy(out, source, static_cast<size_t>(std::min<int64_t>(size, capacity)) * sizeof(float));
    return SHL_OK;
}

shl_status check_sequence(const shl_context * context, int32_t sequence) {
    if (context == nullptr) {
        return fail(SHL_INVALID_ARGUMENT, "context is NULL");
    }
    if (sequence < 0 || sequence >= context->params.sequence_count) {
        return fail(
            SHL_INVALID_ARGUMENT, "there is no sequence %d: there are %d", sequence, context->params.sequence_count);
    }
    return SHL_OK;
}

shl_status check_range(const shl_context * context, int32_t sequence, int32_t from, int32_t to) {
    if (const auto status = check_sequence(context, sequence); status != SHL_OK) {
        return status;
    }
    return from >= 0 && (to < 0 || to >= from)
        ? SHL_OK
        : fail(SHL_INVALID_ARGUMENT, "positions %d to %d are not a range", from, to);
}

bool can_slide(const shl_context * context) {
    // A recurrent state has no positions that could be left out.
    return llama_memory_can_shift(context->memory()) && !llama_model_is_recurrent(context->model->model)
        && !llama_model_is_hybrid(context->model->model);
}

} // namespace

namespace shell {

float * output_logits(shl_context * context, int32_t index, shl_status * status) {
    if (context == nullptr) {
        *status = fail(SHL_INVALID_ARGUMENT, "context is NULL");
        return nullptr;
    }
    if (context->params.embeddings) {
        *status = fail(SHL_UNSUPPORTED, "this context gives embeddings, no logits");
        return nullptr;
    }
    *status = check_output(*context, index);
    if (*status != SHL_OK) {
        return nullptr;
    }
    auto * const logits = llama_get_logits_ith(context->native.get(), index);
    if (logits == nullptr) {
        *status = fail(SHL_FAILED, "llama.cpp has no logits of token %d", index);
    }
    return logits;
}

const shl_model * model_of(const shl_context * context) {
    return context->model;
}

} // namespace shell

void shl_context_params_default(shl_context_params * out) noexcept {
    if (out != nullptr) {
        *out = {};
        out->sequence_count = 1;
        out->batch_tokens = 2048;
        out->micro_batch_tokens = 512;
        out->poll = 50;
        out->type_k = GGML_TYPE_F16;
        out->type_v = GGML_TYPE_F16;
        out->flash_attention = -1;
        out->pooling = SHL_POOLING_MODEL;
        out->attention = -1;
        out->offload_kv = true;
    }
}

shl_status shl_context_new(shl_model * model, const shl_context_params * params, shl_context ** out) noexcept {
    return shell::guard([&] {
        if (model == nullptr || params == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "model, params or out is NULL");
        }
        *out = nullptr;
        auto status = check_ranges(*params);
        status = status == SHL_OK ? check_model(model, *params) : status;
        return status == SHL_OK ? create(model, *params, out) : status;
    });
}

void shl_context_free(shl_context * context) noexcept {
    if (context != nullptr) {
        shell::counters.context_bytes.fetch_sub(context->counted_bytes, std::memory_order_relaxed);
        shell::counters.contexts.fetch_sub(1, std::memory_order_relaxed);
        delete context;
    }
}

void * shl_context_native(const shl_context * context) noexcept {
    return context == nullptr ? nullptr : context->native.get();
}

shl_status shl_context_read(const shl_context * context, shl_context_info * out) noexcept {
    return shell::guard([&] {
        if (context == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "context or out is NULL");
        }
        const auto bytes = context->bytes();
        const auto & p = context->params;
        *out = {};
        out->memory_bytes = bytes.cells;
        out->compute_bytes = bytes.compute;
        out->context_tokens = p.context_tokens;
        out->sequence_count = p.sequence_count;
        out->batch_tokens = p.batch_tokens;
        out->micro_batch_tokens = p.micro_batch_tokens;
        out->threads = p.threads;
        out->threads_batch = p.threads_batch;
        out->pooling = p.pooling;
        out->can_shift = can_slide(context);
        out->has_memory = context->memory() != nullptr;
        return SHL_OK;
    });
}

void shl_batch_clear(shl_context * context) noexcept {
    if (context != nullptr) {
        context->batch.clear();
    }
}

shl_status shl_batch_add(shl_context * context, int32_t sequence, int32_t position, const int32_t * tokens,
    int32_t count, int32_t outputs, int32_t * first) noexcept {
    return shell::guard([&] {
        if (const auto status = check_sequence(context, sequence); status != SHL_OK) {
            return status;
        }
        auto & batch = context->batch;
        if (tokens == nullptr || count <= 0) {
            return fail(SHL_INVALID_ARGUMENT, "there are no tokens to add");
        }
        if (outputs < SHL_OUTPUTS_NONE || outputs > SHL_OUTPUTS_ALL) {
            return fail(SHL_INVALID_ARGUMENT, "outputs %d is not one of shl_outputs", outputs);
        }
        if (count > context->params.batch_tokens - batch.size) {
            return fail(SHL_INVALID_ARGUMENT, "%d tokens do not fit: the batch holds %d of %d", count, batch.size,
                context->params.batch_tokens);
        }
        if (position < 0 || position > context->position_limit - count) {
            return fail(SHL_INVALID_ARGUMENT, "positions %d to %lld are out of range: the model has %d", position,
                static_cast<long long>(position) + count - 1, context->position_limit);
        }
        const auto slot = static_cast<size_t>(sequence);
        if (batch.next[slot] >= 0 && position != batch.next[slot]) {
            return fail(SHL_INVALID_ARGUMENT, "sequence %d goes on at position %d in this batch, not at %d", sequence,
                batch.next[slot], position);
        }
        const int32_t vocabulary = context->model->vocabulary_size();
        for (int32_t i = 0; i < count; ++i) {
            if (tokens[i] < 0 || tokens[i] >= vocabulary) {
                return fail(SHL_INVALID_ARGUMENT, "token %d is not in the vocabulary of %d", tokens[i], vocabulary);
            }
        }
        // An embedding is made of all tokens, and upstream wants them all marked.
        const bool all = outputs == SHL_OUTPUTS_ALL || context->params.embeddings;
        const auto start = static_cast<size_t>(batch.size);
        const auto length = static_cast<size_t>(count);
        for (size_t i = 0; i < length; ++i) {
            batch.tokens[start + i] = tokens[i];
            batch.positions[start + i] = position + static_cast<int32_t>(i);
            batch.sequence_lists[start + i] = &batch.sequences[slot];
            batch.outputs[start + i] = all || (outputs == SHL_OUTPUTS_LAST && i + 1 == length) ? 1 : 0;
        }
        if (batch.first[slot] < 0) {
            batch.first[slot] = position;
        }
        batch.next[slot] = position + count;
        if (first != nullptr) {
            *first = batch.size;
        }
        batch.size += count;
        return SHL_OK;
    });
}

shl_status shl_context_decode(shl_context * context) noexcept {
    return shell::guard(
        [&] { return context == nullptr ? fail(SHL_INVALID_ARGUMENT, "context is NULL") : decode(*context); });
}

void shl_context_cancel(shl_context * context) noexcept {
    if (context != nullptr) {
        context->cancelled.store(true, std::memory_order_relaxed);
    }
}

void shl_context_cancel_clear(shl_context * context) noexcept {
    if (context != nullptr) {
        context->cancelled.store(false, std::memory_order_relaxed);
    }
}

shl_status shl_logits(shl_context * context, int32_t index, float * out, int32_t capacity) noexcept {
    return shell::guard([&] {
        if (out == nullptr || capacity < 0) {
            return fail(SHL_INVALID_ARGUMENT, "out is NULL or capacity negative");
        }
        auto status = SHL_OK;
        const float * const logits = shell::output_logits(context, index, &status);
        return logits == nullptr ? status : copy_floats(logits, context->model->vocabulary_size(), out, capacity);
    });
}

shl_status shl_embedding_token(shl_context * context, int32_t index, float * out, int32_t capacity) noexcept {
    return shell::guard([&] {
        if (context == nullptr || out == nullptr || capacity < 0) {
            return fail(SHL_INVALID_ARGUMENT, "context or out is NULL or capacity negative");
        }
        if (!context->params.embeddings || context->params.pooling != SHL_POOLING_NONE) {
            return fail(SHL_UNSUPPORTED, "this context does not give one embedding a token");
        }
        if (const auto status = check_output(*context, index); status != SHL_OK) {
            return status;
        }
        return copy_floats(llama_get_embeddings_ith(context->native.get(), index),
            llama_model_n_embd_out(context->model->model), out, capacity);
    });
}

shl_status shl_embedding_sequence(shl_context * context, int32_t sequence, float * out, int32_t capacity) noexcept {
    return shell::guard([&] {
        if (const auto status = check_sequence(context, sequence); status != SHL_OK) {
            return status;
        }
        if (out == nullptr || capacity < 0) {
            return fail(SHL_INVALID_ARGUMENT, "out is NULL or capacity negative");
        }
        const auto & p = context->params;
        if (!p.embeddings || p.pooling == SHL_POOLING_NONE) {
            return fail(SHL_UNSUPPORTED, "this context does not give one embedding a sequence");
        }
        const float * const embedding =
            context->outputs.empty() ? nullptr : llama_get_embeddings_seq(context->native.get(), sequence);
        if (embedding == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "sequence %d was not in the last decoded batch", sequence);
        }
        const auto * const model = context->model->model;
        const int64_t size = p.pooling == SHL_POOLING_RANK ? int64_t{llama_model_n_cls_out(model)}
                                                           : int64_t{llama_model_n_embd_out(model)};
        return copy_floats(embedding, size, out, capacity);
    });
}

shl_status shl_memory_range(const shl_context * context, int32_t sequence, int32_t * first, int32_t * last) noexcept {
    return shell::guard([&] {
        if (const auto status = check_sequence(context, sequence); status != SHL_OK) {
            return status;
        }
        if (first == nullptr || last == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "first or last is NULL");
        }
        *first = llama_memory_seq_pos_min(context->memory(), sequence);
        *last = llama_memory_seq_pos_max(context->memory(), sequence);
        return SHL_OK;
    });
}

shl_status shl_memory_remove(
    shl_context * context, int32_t sequence, int32_t from, int32_t to, bool * removed) noexcept {
    return shell::guard([&] {
        if (const auto status = check_range(context, sequence, from, to); status != SHL_OK) {
            return status;
        }
        if (removed == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "removed is NULL");
        }
        *removed = from == to || llama_memory_seq_rm(context->memory(), sequence, from, to);
        return SHL_OK;
    });
}

shl_status shl_memory_shift(shl_context * context, int32_t sequence, int32_t from, int32_t to, int32_t delta) noexcept {
    return shell::guard([&] {
        if (const auto status = check_range(context, sequence, from, to); status != SHL_OK) {
            return status;
        }
        if (!can_slide(context)) {
            return fail(SHL_UNSUPPORTED, "positions of this context's memory cannot be moved");
        }
        auto * const memory = context->memory();
        const int64_t last = llama_memory_seq_pos_max(memory, sequence);
        if (last + delta >= context->position_limit) {
            return fail(
                SHL_INVALID_ARGUMENT, "position %lld would be out of range", static_cast<long long>(last + delta));
        }
        llama_memory_seq_add(memory, sequence, from, to, delta);
        return SHL_OK;
    });
}

shl_status shl_memory_copy(shl_context * context, int32_t source, int32_t target, int32_t from, int32_t to) noexcept {
    return shell::guard([&] {
        auto status = check_range(context, source, from, to);
        status = status == SHL_OK ? check_sequence(context, target) : status;
        if (status != SHL_OK) {
            return status;
        }
        auto * const memory = context->memory();
        if (memory == nullptr) {
            return fail(SHL_UNSUPPORTED, "this context has no memory to copy");
        }
        const auto first = llama_memory_seq_pos_min(memory, source);
        const auto last = llama_memory_seq_pos_max(memory, source);
        const bool whole = from <= first && (to < 0 || to > last);
        const bool parts = context->params.unified && !inside::copies_whole_only(context->model->model)
            && !llama_model_is_recurrent(context->model->model) && !llama_model_is_hybrid(context->model->model);
        if (!whole && !parts) {
            return fail(SHL_UNSUPPORTED, "only a whole sequence can be copied here, positions %d to %d", first, last);
        }
        if (source == target || last < 0) {
            return SHL_OK;
        }
        if (llama_memory_seq_pos_max(memory, target) >= 0) {
            return fail(SHL_INVALID_ARGUMENT, "sequence %d is not empty", target);
        }
        llama_memory_seq_cp(memory, source, target, whole ? -1 : from, whole ? -1 : to);
        return SHL_OK;
    });
}
