#include "context_state.h"
#include "evaluation_state.h"

#include <algorithm>

namespace {

using shell::fail;

constexpr int32_t MOST_CHUNKS = 64;
constexpr int32_t LEAST_TOKENS = 8;
constexpr int32_t CELLS = 256; // of a sequence's memory, together

shl_status check(const shl_model * candidate, const shl_model * base, const shl_evaluation_params & p) {
    if (p.context_tokens < LEAST_TOKENS || p.context_tokens > 1 << 20) {
        return fail(SHL_INVALID_ARGUMENT, "context_tokens is %d; it must be between %d and %d", p.context_tokens,
            LEAST_TOKENS, 1 << 20);
    }
    if (p.batch_tokens < 1 || p.micro_batch_tokens < 1) {
        return fail(SHL_INVALID_ARGUMENT, "batch_tokens is %d and micro_batch_tokens %d; they must be 1 or more",
            p.batch_tokens, p.micro_batch_tokens);
    }
    if (base != nullptr && base->vocabulary_size() != candidate->vocabulary_size()) {
        return fail(SHL_UNSUPPORTED, "the vocabularies of candidate and base have %d and %d tokens",
            candidate->vocabulary_size(), base->vocabulary_size());
    }
    return SHL_OK;
}

shl_status open(shl_model * model, const shl_evaluation_params & p, int32_t chunks, evaluation::Context & out) {
    shl_context_params params;
    shl_context_params_default(&params);
    // Upstream rounds up to this, and would warn of it.
    const int32_t rounded = (p.context_tokens + CELLS - 1) / CELLS * CELLS;
    const int32_t limit = inside::position_limit(model->model);
    params.context_tokens = rounded <= limit ? rounded : p.context_tokens;
    params.sequence_count = chunks;
    params.batch_tokens = std::max(p.micro_batch_tokens, chunks);
    params.micro_batch_tokens = params.batch_tokens;
    // Left to the context, a number of threads would change with the load of the machine, and a figure with it.
    params.threads = p.threads == 0 ? shell::usable_cores() : p.threads;
    params.threads_batch = params.threads;
    params.offload_kv = p.offload_kv;
    shl_context * context = nullptr;
    const auto status = shl_context_new(model, &params, &context);
    out.reset(context);
    return status;
}

shl_status open_rows(shl_evaluation & evaluation, shell::RowFile & file, shell::RowFile::Use use, int32_t form,
    const char * path, int64_t offset) {
    if (form != SHL_ROWS_STORED && form != SHL_ROWS_COMPACT) {
        return fail(SHL_INVALID_ARGUMENT, "form %d is not one of shl_rows_form", form);
    }
    if (path == nullptr || offset < 0) {
        return fail(SHL_INVALID_ARGUMENT, "path is NULL or offset negative");
    }
    const auto fault = file.open(path, use, offset, evaluation.row_bytes(form));
    return fault.empty() ? SHL_OK : shell::fail_with(SHL_FAILED, fault);
}

shl_status check_step(const shl_evaluation * evaluation, int32_t first_chunk, int32_t chunks, const int32_t * tokens,
    const double * scores) {
    if (evaluation == nullptr || tokens == nullptr || scores == nullptr) {
        return fail(SHL_INVALID_ARGUMENT, "evaluation, tokens or scores is NULL");
    }
    if (first_chunk < 0 || chunks < 1 || chunks > evaluation->chunks) {
        return fail(SHL_INVALID_ARGUMENT, "%d chunks from chunk %d on; a step takes 1 to %d", chunks, first_chunk,
            evaluation->chunks);
    }
    return SHL_OK;
}

} // namespace

void shl_evaluation_params_default(shl_evaluation_params * out) noexcept {
    if (out != nullptr) {
        *out = {};
        out->context_tokens = 512;
        out->batch_tokens = 2048;
        out->micro_batch_tokens = 512;
        out->offload_kv = true;
    }
}

shl_status shl_evaluation_new(
    shl_model * candidate, shl_model * base, const shl_evaluation_params * params, shl_evaluation ** out) noexcept {
    return shell::guard([&] {
        if (candidate == nullptr || params == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "candidate, params or out is NULL");
        }
        *out = nullptr;
        if (const auto status = check(candidate, base, *params); status != SHL_OK) {
            return status;
        }
        const int32_t chunks = std::clamp(params->batch_tokens / params->context_tokens, 1, MOST_CHUNKS);
        auto evaluation = std::make_unique<shl_evaluation>(candidate, *params, chunks);
        auto status = open(candidate, *params, chunks, evaluation->candidate);
        if (status == SHL_OK && base != nullptr) {
            status = open(base, *params, chunks, evaluation->base);
        }
        if (status == SHL_OK) {
            *out = evaluation.release();
        }
        return status;
    });
}

void shl_evaluation_free(shl_evaluation * evaluation) noexcept {
    delete evaluation;
}

int64_t shl_evaluation_row_bytes(const shl_evaluation * evaluation, int32_t form) noexcept {
    const bool known = form == SHL_ROWS_STORED || form == SHL_ROWS_COMPACT;
    return evaluation == nullptr || !known ? 0 : evaluation->row_bytes(form);
}

shl_status shl_evaluation_read_base(
    shl_evaluation * evaluation, int32_t form, const char * path, int64_t offset) noexcept {
    return shell::guard([&] {
        if (evaluation == nullptr || evaluation->base || evaluation->base_rows.is_open()) {
            return fail(SHL_INVALID_ARGUMENT, "evaluation is NULL or has a base already");
        }
        const auto status =
            open_rows(*evaluation, evaluation->base_rows, shell::RowFile::Use::read, form, path, offset);
        evaluation->base_form = status == SHL_OK ? form : -1;
        return status;
    });
}

shl_status shl_evaluation_write_base(
    shl_evaluation * evaluation, int32_t form, const char * path, int64_t offset) noexcept {
    return shell::guard([&] {
        if (evaluation == nullptr || evaluation->base_rows.is_open()) {
            return fail(SHL_INVALID_ARGUMENT, "evaluation is NULL or reads its base from a file");
        }
        const bool known = form == SHL_ROWS_STORED || form == SHL_ROWS_COMPACT;
        auto & file = evaluation->written[known ? static_cast<size_t>(form) : 0];
        if (known && file.is_open()) {
            return fail(SHL_INVALID_ARGUMENT, "rows of the form %d are written already", form);
        }
        return open_rows(*evaluation, file, shell::RowFile::Use::write, form, path, offset);
    });
}

int32_t shl_evaluation_chunks(const shl_evaluation * evaluation) noexcept {
    return evaluation == nullptr ? 0 : evaluation->chunks;
}

int32_t shl_evaluation_scored(const shl_evaluation * evaluation) noexcept {
    return evaluation == nullptr ? 0 : evaluation->scored();
}

shl_status shl_evaluation_step(shl_evaluation * evaluation, int32_t first_chunk, int32_t chunks, const int32_t * tokens,
    double * scores) noexcept {
    return shell::guard([&] {
        const auto status = check_step(evaluation, first_chunk, chunks, tokens, scores);
        return status == SHL_OK ? evaluation::step(*evaluation, first_chunk, chunks, tokens, nullptr, scores) : status;
    });
}

shl_status shl_evaluation_step_states(shl_evaluation * evaluation, int32_t first_chunk, int32_t chunks,
    const int32_t * tokens, const float * states, double * scores) noexcept {
    return shell::guard([&] {
        if (const auto status = check_step(evaluation, first_chunk, chunks, tokens, scores); status != SHL_OK) {
            return status;
        }
        if (states == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "states is NULL");
        }
        if (evaluation->base || evaluation->candidate->positions_per_token != 1) {
            return fail(SHL_UNSUPPORTED, "states go into a candidate alone, whose tokens have one position each");
        }
        return evaluation::step(*evaluation, first_chunk, chunks, tokens, states, scores);
    });
}

void shl_evaluation_cancel(shl_evaluation * evaluation) noexcept {
    if (evaluation != nullptr) {
        evaluation->cancelled.store(true, std::memory_order_relaxed);
        shl_context_cancel(evaluation->candidate.get());
        shl_context_cancel(evaluation->base.get());
    }
}

void shl_evaluation_cancel_clear(shl_evaluation * evaluation) noexcept {
    if (evaluation != nullptr) {
        evaluation->cancelled.store(false, std::memory_order_relaxed);
        shl_context_cancel_clear(evaluation->candidate.get());
        shl_context_cancel_clear(evaluation->base.get());
    }
}
