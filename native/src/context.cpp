#include "capture.h"
#include "context_state.h"
#include "inside.h"
#include "registry.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

llama_context_params native_params(shl_context & context, int64_t context_tokens) {
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
    native.abort_callback = shell::wants_stop;
    native.abort_callback_data = &context;
    native.cb_eval = context.observer.call;
    native.cb_eval_user_data = context.observer.data;
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
    if (p.context_tokens > context.position_limit) {
        return fail(SHL_INVALID_ARGUMENT, "context_tokens is %d, and this model has positions for %d tokens",
            p.context_tokens, context.position_limit);
    }
    // Upstream rounds the context up, and a table of positions has no more than it has.
    p.context_tokens = std::min(static_cast<int32_t>(llama_n_ctx_seq(native)), context.position_limit);
    p.batch_tokens = static_cast<int32_t>(llama_n_batch(native));
    p.micro_batch_tokens = static_cast<int32_t>(llama_n_ubatch(native));
    p.pooling = static_cast<int32_t>(llama_pooling_type(native));
    const bool causal = p.attention == 0 || (p.attention == -1 && inside::causal(model));
    const bool pooled = p.embeddings && p.pooling != SHL_POOLING_NONE;
    context.whole_batch = !remembers || !causal || pooled;
    if (p.embeddings && p.pooling == SHL_POOLING_RANK && !inside::classifier(model)) {
        return fail(SHL_UNSUPPORTED, "this model has no classifier head to rank with");
    }
    if (const auto fault = inside::graph_fault(native); !fault.empty()) {
        return shell::fail_with(SHL_UNSUPPORTED, fault);
    }
    return SHL_OK;
}

shl_status create(shl_model * model, shl_context_params p, shell::NodeObserver observer, shl_context ** out) {
    const bool paced = p.threads == 0 && p.threads_batch == 0;
    p.threads = p.threads == 0 ? shell::usable_cores() : p.threads;
    p.threads_batch = p.threads_batch == 0 ? p.threads : p.threads_batch;
    p.micro_batch_tokens = std::min(p.micro_batch_tokens, p.batch_tokens);
    if (p.embeddings && p.pooling != SHL_POOLING_NONE) {
        p.unified = true; // else upstream may compute a sequence in parts and pool only the last
    }
    if (p.batch_tokens < p.sequence_count) {
        return fail(SHL_INVALID_ARGUMENT,
            "batch_tokens is %d for %d sequences; a batch needs room for one token of each", p.batch_tokens,
            p.sequence_count);
    }
    const int64_t each = p.context_tokens > 0 ? p.context_tokens : llama_model_n_ctx_train(model->model);
    const int64_t all = each * p.sequence_count;
    if (all > std::numeric_limits<int32_t>::max() - 256 * p.sequence_count) {
        return fail(SHL_INVALID_ARGUMENT, "%d sequences of %lld tokens are too many", p.sequence_count,
            static_cast<long long>(each));
    }
    const std::shared_lock lock(shell::registry());
    auto context = std::make_unique<shl_context>(model, shell::cpu_device(), p, p.batch_tokens);
    context->observer = observer;
    for (const int32_t threads : {p.threads, p.threads_batch}) {
        if (const auto fault = context->pools.make(threads); !fault.empty()) {
            return shell::fail_with(SHL_UNSUPPORTED, fault);
        }
    }
    if (paced) {
        context->pacing = std::make_unique<shell::Pacing>(p.threads);
    }
    const shell::Capture capture;
    context->native.reset(llama_init_from_model(model->model, native_params(*context, all)));
    if (!context->native) {
        const auto reason = capture.reason("failed to initialize the context: ", "the context could not be made");
        const bool memory = reason.find("alloc") != std::string::npos;
        return shell::fail_with(memory ? SHL_OUT_OF_MEMORY : SHL_UNSUPPORTED, reason);
    }
    shell::use_threads(*context, p.threads, p.threads_batch);
    if (const auto status = settle(*context); status != SHL_OK) {
        return status;
    }
    context->count_bytes();
    *out = context.release();
    shell::counters.contexts.fetch_add(1, std::memory_order_relaxed);
    return SHL_OK;
}

} // namespace

namespace shell {

shl_status new_context(
    shl_model * model, const shl_context_params & params, NodeObserver observer, shl_context ** out) {
    *out = nullptr;
    auto status = check_ranges(params);
    status = status == SHL_OK ? check_model(model, params) : status;
    return status == SHL_OK ? create(model, params, observer, out) : status;
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

bool can_slide(const shl_context * context) {
    // A recurrent state has no positions that could be left out.
    return llama_memory_can_shift(context->memory()) && !llama_model_is_recurrent(context->model->model)
        && !llama_model_is_hybrid(context->model->model) && inside::keys_move(context->model->model);
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
        out->poll = 2;
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
        return shell::new_context(model, *params, {}, out);
    });
}

void shl_context_free(shl_context * context) noexcept {
    if (context != nullptr) {
        shell::counters.context_bytes.fetch_sub(context->counted_bytes, std::memory_order_relaxed);
        shell::counters.contexts.fetch_sub(1, std::memory_order_relaxed);
        delete context;
    }
}

int32_t shl_context_threads(const shl_context * context) noexcept {
    return context == nullptr ? 0 : context->threads.load(std::memory_order_relaxed);
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
        out->can_shift = shell::can_slide(context);
        out->has_memory = context->memory() != nullptr;
        return SHL_OK;
    });
}
