#include "context_state.h"

namespace {

using shell::fail;

shl_status check_range(const shl_context * context, int32_t sequence, int32_t from, int32_t to) {
    if (const auto status = shell::check_sequence(context, sequence); status != SHL_OK) {
        return status;
    }
    return from >= 0 && (to < 0 || to >= from)
        ? SHL_OK
        : fail(SHL_INVALID_ARGUMENT, "positions %d to %d are not a range", from, to);
}

} // namespace

shl_status shl_memory_range(const shl_context * context, int32_t sequence, int32_t * first, int32_t * last) noexcept {
    return shell::guard([&] {
        if (const auto status = shell::check_sequence(context, sequence); status != SHL_OK) {
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
        if (!shell::can_slide(context)) {
            return fail(SHL_UNSUPPORTED, "positions of this context's memory cannot be moved");
        }
        auto * const memory = context->memory();
        const int64_t last = llama_memory_seq_pos_max(memory, sequence);
        if (last + delta >= context->position_limit) {
            return fail(
                SHL_INVALID_ARGUMENT, "position %lld would be out of range", static_cast<long long>(last + delta));
        }
        llama_memory_seq_add(memory, sequence, from, to, delta);
        context->shifted = true;
        return SHL_OK;
    });
}

shl_status shl_memory_copy(shl_context * context, int32_t source, int32_t target, int32_t from, int32_t to) noexcept {
    return shell::guard([&] {
        auto status = check_range(context, source, from, to);
        status = status == SHL_OK ? shell::check_sequence(context, target) : status;
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
