// The struct behind shl_context and what its files share: context.cpp makes it, decode.cpp computes with it, memory.cpp
// moves what it remembers.
#ifndef SHEARLING_CONTEXT_STATE_H
#define SHEARLING_CONTEXT_STATE_H

#include "capture.h"
#include "handles.h"
#include "inside.h"
#include "pacing.h"
#include "shell.h"
#include "threads.h"

#include <memory>
#include <numeric>
#include <vector>

namespace shell {

// Called by ggml's scheduler for each node of a graph: first to ask whether the node is wanted, then with its data.
struct NodeObserver {
    ggml_backend_sched_eval_callback call = nullptr;
    void * data = nullptr;
};

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
    float * states = nullptr; // [size, embedding]: what stands in the place of the tokens' embeddings; borrowed
    int32_t size = 0;

    Batch(int32_t capacity, int32_t sequence_count)
        : tokens(static_cast<size_t>(capacity)), positions(tokens.size()), sequence_counts(tokens.size(), 1),
          sequence_lists(tokens.size()), outputs(tokens.size()), sequences(static_cast<size_t>(sequence_count)),
          first(sequences.size(), -1), next(sequences.size(), -1) {
        std::iota(sequences.begin(), sequences.end(), 0);
    }

    void clear() {
        size = 0;
        states = nullptr;
        std::fill(first.begin(), first.end(), -1);
        std::fill(next.begin(), next.end(), -1);
    }

    llama_batch native() {
        return {size, states == nullptr ? tokens.data() : nullptr, states, positions.data(), sequence_counts.data(),
            sequence_lists.data(), outputs.data()};
    }
};

} // namespace shell

struct shl_context {
    shl_model * model;
    // The pools go after the context that computes with them, so they stand before it.
    shell::ThreadPools pools;
    std::unique_ptr<llama_context, shell::FreeContext> native;
    shl_context_params params; // as granted
    std::atomic<bool> cancelled{false};
    std::unique_ptr<shell::Pacing> pacing; // only where the caller left the number of threads to us
    shell::NodeObserver observer; // of the graph's nodes, or none
    std::atomic<int32_t> threads; // of the step that is computed, or was last
    shell::Batch batch;
    std::vector<int8_t> outputs; // of the last decoded batch: which tokens have an output; empty when it failed
    int64_t most_outputs; // rows in upstream's output buffer, which only grows
    int64_t counted_bytes = 0;
    int32_t position_limit;
    uint32_t positions_per_token;
    bool whole_batch; // the batch has to be computed at once
    bool shifted = false; // positions were moved, and memory has not followed yet
    bool encode; // llama_encode instead of llama_decode

    shl_context(shl_model * model_, ggml_backend_dev_t cpu, const shl_context_params & params_, int32_t batch_tokens)
        : model(model_), pools(cpu, params_.poll, params_.priority), params(params_), threads(params_.threads),
          batch(batch_tokens, params_.sequence_count), most_outputs(params_.sequence_count),
          position_limit(inside::position_limit(model_->model)),
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

namespace shell {

// shl_context_new, with an observer that lives as long as the context.
shl_status new_context(shl_model * model, const shl_context_params & params, NodeObserver observer, shl_context ** out);

// SHL_OK, or the refusal of a NULL context or of a sequence that it does not have.
shl_status check_sequence(const shl_context * context, int32_t sequence);

// Positions can be left out and the others moved.
bool can_slide(const shl_context * context);

// Makes the next step compute with so many threads, or with one where they cannot be started.
void use_threads(shl_context & context, int32_t threads, int32_t threads_batch);

// Computes the batch; what llama_decode returns. What it logs of a step that was begun anew is dropped.
int32_t compute(shl_context & context, Capture & log);

// llama.cpp asks after every node of a graph, on the thread that computes: the shl_context behind `data` is to stop.
bool wants_stop(void * data);

} // namespace shell

#endif
