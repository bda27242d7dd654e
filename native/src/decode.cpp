#include "context_state.h"

#include <algorithm>
#include <cstring>

namespace {

using shell::fail;

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
    shell::Capture capture(shell::Capture::Lines::held_back);
    const int32_t result = shell::compute(context, capture);
    switch (result) {
    case 0:
        break;
    case 1:
        return fail(SHL_NO_ROOM, "the context has no room for %d more tokens", context.batch.size);
    case 2:
        capture.drop();
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

} // namespace shell

void shl_batch_clear(shl_context * context) noexcept {
    if (context != nullptr) {
        context->batch.clear();
    }
}

shl_status shl_batch_add(shl_context * context, int32_t sequence, int32_t position, const int32_t * tokens,
    int32_t count, int32_t outputs, int32_t * first) noexcept {
    return shell::guard([&] {
        if (const auto status = shell::check_sequence(context, sequence); status != SHL_OK) {
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
        if (const auto status = shell::check_sequence(context, sequence); status != SHL_OK) {
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
