#include "context_state.h"
#include "evaluation_row.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <system_error>
#include <thread>
#include <vector>

namespace {

using shell::fail;

// A row to score: where its logits are and where its scores go.
struct Place {
    int32_t batch_index;
    int32_t chunk; // within the step
    int32_t position;
};

// The part of a step that is computed at once: the same positions of every chunk, as llama.cpp would cut a batch of all
// of them. So only these rows of logits are held.
struct Piece {
    int32_t from;
    int32_t to;
    std::vector<Place> places;
};

class Step {
public:
    Step(shl_evaluation & evaluation_, int32_t first_chunk_, int32_t chunks_, const int32_t * tokens_,
        const float * states_, double * scores_)
        : evaluation(evaluation_), first_chunk(first_chunk_), chunks(chunks_), tokens(tokens_), states(states_),
          width(static_cast<size_t>(llama_model_n_embd(evaluation_.candidate->model->model))), scores(scores_),
          workers(static_cast<size_t>(std::max(1, evaluation_.candidate->params.threads_batch)),
              evaluation::RowScorer(evaluation_)) {}

    shl_status run() {
        const int64_t count = int64_t{chunks} * evaluation.params.context_tokens;
        for (int64_t i = 0; i < count; ++i) {
            if (tokens[i] < 0 || tokens[i] >= evaluation.vocabulary) {
                return fail(
                    SHL_INVALID_ARGUMENT, "token %d is not in the vocabulary of %d", tokens[i], evaluation.vocabulary);
            }
        }
        for (auto * const context : {evaluation.base.get(), evaluation.candidate.get()}) {
            if (context != nullptr) {
                llama_memory_clear(context->memory(), true);
            }
        }
        const int32_t size = std::max(1, evaluation.candidate->params.micro_batch_tokens / chunks);
        const int32_t all = evaluation.params.context_tokens;
        for (int32_t from = 0; from < all; from += size) {
            Piece piece{from, std::min(from + size, all), {}};
            for (auto * const context : {evaluation.base.get(), evaluation.candidate.get()}) {
                const auto status = context == nullptr ? SHL_OK : compute(*context, piece);
                if (status != SHL_OK) {
                    return status;
                }
            }
            if (const auto status = score(piece); status != SHL_OK) {
                return status;
            }
        }
        return SHL_OK;
    }

private:
    shl_evaluation & evaluation;
    const int32_t first_chunk;
    const int32_t chunks;
    const int32_t * const tokens;
    const float * const states; // or NULL
    const size_t width; // of a state
    double * const scores;
    std::vector<float> piece_states; // of the tokens of a piece, in their order
    std::vector<evaluation::RowScorer> workers; // one a thread

    const int32_t * chunk_tokens(int32_t chunk) const {
        return tokens + int64_t{chunk} * evaluation.params.context_tokens;
    }

    shl_status add(shl_context & context, Piece & piece, int32_t chunk) {
        std::vector<int32_t> run(chunk_tokens(chunk) + piece.from, chunk_tokens(chunk) + piece.to);
        if (piece.from == 0 && evaluation.bos >= 0) {
            run[0] = evaluation.bos;
        }
        // Of the last position too, as llama-perplexity does: the number of rows may choose the kernel.
        const int32_t split = std::clamp(evaluation.first(), piece.from, piece.to);
        auto status = SHL_OK;
        if (split > piece.from) {
            status =
                shl_batch_add(&context, chunk, piece.from, run.data(), split - piece.from, SHL_OUTPUTS_NONE, nullptr);
        }
        if (status == SHL_OK && split < piece.to) {
            int32_t index = 0;
            status = shl_batch_add(
                &context, chunk, split, run.data() + (split - piece.from), piece.to - split, SHL_OUTPUTS_ALL, &index);
            for (int32_t position = split; position < piece.to; ++position) {
                if (position < evaluation.params.context_tokens - 1) {
                    piece.places.push_back({index + position - split, chunk, position});
                }
            }
        }
        return status;
    }

    shl_status compute(shl_context & context, Piece & piece) {
        if (evaluation.cancelled.load(std::memory_order_relaxed)) {
            return fail(SHL_CANCELLED, "the evaluation was cancelled");
        }
        piece.places.clear();
        piece_states.clear();
        shl_batch_clear(&context);
        for (int32_t chunk = 0; chunk < chunks; ++chunk) {
            if (const auto status = add(context, piece, chunk); status != SHL_OK) {
                return status;
            }
            if (states != nullptr) {
                const auto first = static_cast<size_t>(int64_t{chunk} * evaluation.params.context_tokens + piece.from);
                const auto count = static_cast<size_t>(piece.to - piece.from);
                piece_states.insert(piece_states.end(), states + first * width, states + (first + count) * width);
            }
        }
        context.batch.states = states == nullptr ? nullptr : piece_states.data();
        const auto status = shl_context_decode(&context);
        context.batch.states = nullptr;
        return status == SHL_NO_ROOM ? fail(SHL_FAILED, "the context has no room for its own chunks") : status;
    }

    shl_status score(const Piece & piece) {
        if (piece.places.empty()) {
            return SHL_OK;
        }
        // Asked for on this thread alone: upstream may reorder its rows at the first question.
        std::vector<const float *> base;
        std::vector<const float *> candidate;
        for (const auto & place : piece.places) {
            for (auto * const context : {evaluation.base.get(), evaluation.candidate.get()}) {
                if (context == nullptr) {
                    continue;
                }
                auto status = SHL_OK;
                const float * const logits = shell::output_logits(context, place.batch_index, &status);
                if (logits == nullptr) {
                    return status;
                }
                (context == evaluation.base.get() ? base : candidate).push_back(logits);
            }
        }
        std::atomic<size_t> next{0};
        in_parallel([&](size_t worker) {
            for (size_t i = next++; i < piece.places.size(); i = next++) {
                const auto & place = piece.places[i];
                const int32_t index = place.position - evaluation.first();
                const int64_t row = int64_t{place.chunk} * evaluation.scored() + index;
                workers[worker].score(
                    {int64_t{first_chunk} * evaluation.scored() + row, chunk_tokens(place.chunk)[place.position + 1],
                        base.empty() ? nullptr : base[i], candidate[i]},
                    scores + row * SHL_SCORE_COLUMNS);
            }
        });
        return fault();
    }

    // The first in the order of the text, whichever thread met it.
    shl_status fault() const {
        const evaluation::RowScorer * first = nullptr;
        for (const auto & worker : workers) {
            const bool earlier = first == nullptr || worker.fault_row() < first->fault_row();
            first = worker.fault_row() >= 0 && earlier ? &worker : first;
        }
        return first == nullptr
            ? SHL_OK
            : shell::fail_with(first->fault_status(),
                  "in chunk " + std::to_string(first->fault_row() / evaluation.scored() + 1) + " " + first->fault());
    }

    template <typename Work>
    void in_parallel(const Work & work) const {
        std::vector<std::thread> others;
        others.reserve(workers.size());
        for (size_t worker = 1; worker < workers.size(); ++worker) {
            try {
                others.emplace_back(work, worker);
            } catch (const std::system_error &) {
                break; // fewer do it too
            }
        }
        work(0);
        for (auto & other : others) {
            other.join();
        }
    }
};

} // namespace

namespace evaluation {

shl_status step(shl_evaluation & evaluation, int32_t first_chunk, int32_t chunks, const int32_t * tokens,
    const float * states, double * scores) {
    return Step(evaluation, first_chunk, chunks, tokens, states, scores).run();
}

} // namespace evaluation
