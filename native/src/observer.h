// Looks at a model's graph while it is computed and keeps the statistics of what it sees.
#ifndef SHEARLING_OBSERVER_H
#define SHEARLING_OBSERVER_H

#include "gram.h"
#include "shearling/status.h"

#include "ggml-backend.h"
#include "ggml.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace shell {

// What one weight is multiplied with.
struct WeightStatistics {
    std::string name;
    int64_t columns = 0;
    int32_t input = 0; // number of the first weight with the same activations
    std::vector<double> squares; // [matrices, columns]
    std::vector<double> sums;
    std::vector<int64_t> counts; // one, or one for each expert
    std::unique_ptr<gram::Gram> gram;
    std::unique_ptr<gram::Cross> cross;
    std::vector<float> exact; // inputs that the next ones are compared with: rows of `columns`, of which so many
    int64_t compared = 0; // were compared yet
};

// A mean of cosines.
struct MeanCosine {
    double sum = 0;
    int64_t count = 0;

    double mean() const { return count == 0 ? NAN : sum / static_cast<double>(count); }
};

struct BlockCosines {
    MeanCosine block;
    MeanCosine attention;
    MeanCosine feed_forward;
};

// Some rows of floats, copied: the graph's memory is used again at once.
struct Rows {
    int64_t columns = 0;
    int64_t count = 0;
    std::vector<float> values;
};

// States that are kept: what a block gives for each token of a chunk.
struct KeptStates {
    int32_t block = 0;
    bool end = false; // at its end, else before its feed-forward part
    std::vector<float> values;
};

class Observer {
public:
    bool process_output = false;
    bool look_at_blocks = true;
    bool grams_only = false;
    bool keep_exact = false; // of weights with a cross matrix: inputs are kept and not summed
    int32_t threads = 1;
    int32_t last_block = -1; // whose states are kept, and which the computation ends with; -1: none
    std::vector<float> states; // that this block gave, of all graphs since it was cleared
    std::vector<KeptStates> kept; // of all graphs since they were cleared
    std::vector<std::string> wanted_grams;
    std::vector<std::string> wanted_crosses; // of wanted_grams

    // For ggml_backend_sched_set_eval_callback: the Observer is behind `data`.
    static bool call(ggml_tensor * node, bool ask, void * data);

    const std::vector<WeightStatistics> & weights() const { return seen; }
    WeightStatistics & weight(size_t index) { return seen[index]; }
    const std::vector<BlockCosines> & blocks() const { return cosines; }

    // Of all weights what was kept with keep_exact.
    void forget_exact();

    // Why the last step was broken off, with its message; SHL_OK if it was not.
    shl_status fault() const;

private:
    bool wants(const ggml_tensor * node) const;
    bool wants_gram(const std::string & weight) const;
    bool graph_is_used_up(const std::string & weight);
    bool look(const ggml_tensor * node);
    WeightStatistics & statistics_of(const ggml_tensor * node, int64_t matrices, size_t counts);
    void matrix(const ggml_tensor * node);
    void experts(const ggml_tensor * node);
    void hidden_state(const ggml_tensor * node);
    const char * data_of(const ggml_tensor * tensor, std::vector<char> & copy) const;
    bool keeps(const ggml_tensor * node) const;
    void keep_states(const ggml_tensor * node, std::vector<float> & to);
    void gram(WeightStatistics & weight, const float * rows, size_t stride, int64_t count);
    void require_finite(const WeightStatistics & weight, int64_t matrix);

    std::vector<WeightStatistics> seen;
    std::map<std::string, size_t> numbers; // of the weights by name
    std::map<const ggml_tensor *, int32_t> first_inputs; // of the first graph: first weight of each input
    bool first_graph = true;
    std::vector<std::string> seen_of_graph; // with grams_only
    std::vector<BlockCosines> cosines;
    Rows before_block;
    Rows after_attention;
    std::string why;
    bool finite = true; // no value was met that is no number
    gram::Packed packed;
    std::vector<char> copied;
    std::vector<char> copied_ids;
};

} // namespace shell

#endif
