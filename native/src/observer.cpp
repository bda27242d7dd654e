#include "observer.h"

#include "shell.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

namespace shell {

namespace {

// Smaller products are a few tokens at the end of a text; upstream's tool leaves them out too.
constexpr int64_t LEAST_ROWS = 16;

// "CUDA0#blk.0.attn_k.weight#0", a copy on a device, is blk.0.attn_k.weight.
std::string plain_name(const char * name) {
    const char * const begin = std::strchr(name, '#');
    if (begin == nullptr) {
        return name;
    }
    const char * const end = std::strchr(begin + 1, '#');
    return end == nullptr ? std::string(begin + 1) : std::string(begin + 1, end);
}

bool starts_with(const char * text, const char * beginning) {
    return std::strncmp(text, beginning, std::strlen(beginning)) == 0;
}

// The block of a node that is called "name-7", or -1.
int32_t block_of(const char * node, const char * name) {
    const size_t length = std::strlen(name);
    if (std::strncmp(node, name, length) != 0 || node[length] != '-') {
        return -1;
    }
    char * end = nullptr;
    const long block = std::strtol(node + length + 1, &end, 10);
    return end != node + length + 1 && *end == '\0' && block >= 0 && block < 100'000 ? static_cast<int32_t>(block) : -1;
}

// The hidden state before the first block, by its names in upstream's graphs; the last of them that comes is it.
bool is_embedding(const char * node) {
    return std::strcmp(node, "embd") == 0 || std::strcmp(node, "inp_embd") == 0 || std::strcmp(node, "inp_scaled") == 0;
}

// After it only the output is computed.
bool is_end(const char * node) {
    return std::strcmp(node, "result_norm") == 0;
}

void add_row(const float * x, int64_t columns, double * squares, double * sums) {
    for (int64_t i = 0; i < columns; ++i) {
        const double value = static_cast<double>(x[i]);
        squares[i] += value * value;
        sums[i] += value;
    }
}

void add_cosines(const Rows & a, const Rows & b, MeanCosine & mean) {
    if (a.columns != b.columns || a.count != b.count) {
        return;
    }
    const float * x = a.values.data();
    const float * y = b.values.data();
    for (int64_t row = 0; row < a.count; ++row, x += a.columns, y += a.columns) {
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int64_t i = 0; i < a.columns; ++i) {
            xy += static_cast<double>(x[i]) * static_cast<double>(y[i]);
            xx += static_cast<double>(x[i]) * static_cast<double>(x[i]);
            yy += static_cast<double>(y[i]) * static_cast<double>(y[i]);
        }
        if (xx > 0 && yy > 0) {
            mean.sum += xy / std::sqrt(xx * yy);
            ++mean.count;
        }
    }
}

void append_rows(std::vector<float> & to, const float * rows, size_t stride, int64_t columns, int64_t count) {
    for (int64_t row = 0; row < count; ++row) {
        const auto * const from =
            reinterpret_cast<const float *>(reinterpret_cast<const char *>(rows) + static_cast<size_t>(row) * stride);
        to.insert(to.end(), from, from + columns);
    }
}

// Whether a node is what these states are.
bool is_of(const ggml_tensor * node, const KeptStates & states) {
    return block_of(node->name, states.end ? "l_out" : "ffn_inp") == states.block;
}

} // namespace

bool Observer::call(ggml_tensor * node, bool ask, void * data) {
    auto & self = *static_cast<Observer *>(data);
    if (ask) {
        return self.wants(node);
    }
    try {
        return self.look(node);
    } catch (const std::exception & e) {
        // Nothing may be thrown through ggml.
        self.why = e.what();
        return false;
    }
}

bool Observer::keeps(const ggml_tensor * node) const {
    return std::any_of(kept.begin(), kept.end(), [node](const KeptStates & each) { return is_of(node, each); });
}

bool Observer::wants(const ggml_tensor * node) const {
    if (keeps(node) || (last_block >= 0 && block_of(node->name, "l_out") == last_block)) {
        return true;
    }
    if (grams_only) {
        return is_end(node->name) || (node->op == GGML_OP_MUL_MAT && wants_gram(plain_name(node->src[0]->name)));
    }
    if (node->op == GGML_OP_MUL_MAT_ID) {
        return true;
    }
    if (node->op == GGML_OP_MUL_MAT) {
        const auto * const x = node->src[1];
        if (x->ne[1] >= LEAST_ROWS && x->type == GGML_TYPE_F32) {
            const auto name = plain_name(node->src[0]->name);
            if (starts_with(name.c_str(), "blk.") || (process_output && name == "output.weight")) {
                return true;
            }
        }
    }
    if (is_end(node->name)) {
        return !process_output;
    }
    return look_at_blocks
        && (is_embedding(node->name) || block_of(node->name, "l_out") >= 0 || block_of(node->name, "ffn_inp") >= 0);
}

bool Observer::wants_gram(const std::string & weight) const {
    return std::find(wanted_grams.begin(), wanted_grams.end(), weight) != wanted_grams.end();
}

// Whether all Gram matrices have got what this graph has for them.
bool Observer::graph_is_used_up(const std::string & weight) {
    seen_of_graph.push_back(weight);
    return std::all_of(wanted_grams.begin(), wanted_grams.end(), [this](const std::string & wanted) {
        return std::find(seen_of_graph.begin(), seen_of_graph.end(), wanted) != seen_of_graph.end();
    });
}

// False ends the computation of the graph: what follows is not needed, or something is wrong.
bool Observer::look(const ggml_tensor * node) {
    if (!why.empty()) {
        return false;
    }
    const bool product = node->op == GGML_OP_MUL_MAT || node->op == GGML_OP_MUL_MAT_ID;
    const std::string weight = product ? plain_name(node->src[0]->name) : std::string();
    if (node->op == GGML_OP_MUL_MAT_ID) {
        experts(node);
    } else if (starts_with(weight.c_str(), "blk.") || weight == "output.weight") {
        matrix(node);
    }
    if (look_at_blocks) {
        hidden_state(node);
    }
    for (auto & each : kept) {
        if (is_of(node, each)) {
            keep_states(node, each.values);
        }
    }
    const bool last = last_block >= 0 && block_of(node->name, "l_out") == last_block;
    if (last) {
        keep_states(node, states);
    }
    if (last || (grams_only && (is_end(node->name) || (last_block < 0 && graph_is_used_up(weight))))) {
        seen_of_graph.clear();
        first_graph = false;
        return false;
    }
    if (is_end(node->name)) {
        first_graph = false;
    }
    return why.empty() && !(is_end(node->name) && !process_output);
}

void Observer::keep_states(const ggml_tensor * node, std::vector<float> & to) {
    if (node->type != GGML_TYPE_F32 || node->nb[0] != sizeof(float) || ggml_nrows(node) != node->ne[1]) {
        why = std::string("the states ") + node->name + " do not have the shape that was expected";
        return;
    }
    append_rows(to, reinterpret_cast<const float *>(data_of(node, copied)), node->nb[1], node->ne[0], node->ne[1]);
}

const char * Observer::data_of(const ggml_tensor * tensor, std::vector<char> & copy) const {
    if (tensor->buffer == nullptr || ggml_backend_buffer_is_host(tensor->buffer)) {
        return static_cast<const char *>(tensor->data);
    }
    copy.resize(ggml_nbytes(tensor));
    ggml_backend_tensor_get(tensor, copy.data(), 0, copy.size());
    return copy.data();
}

WeightStatistics & Observer::statistics_of(const ggml_tensor * node, int64_t matrices, size_t counts) {
    const auto name = plain_name(node->src[0]->name);
    const int64_t columns = node->src[1]->ne[0];
    const auto known = numbers.find(name);
    if (known != numbers.end()) {
        first_graph = false;
        return seen[known->second];
    }
    WeightStatistics fresh;
    fresh.name = name;
    fresh.columns = columns;
    fresh.squares.resize(static_cast<size_t>(columns * matrices));
    fresh.sums.resize(fresh.squares.size());
    fresh.counts.resize(counts);
    const auto number = static_cast<int32_t>(seen.size());
    // Only within one graph is a tensor the same as long as its address is.
    fresh.input = first_graph ? first_inputs.emplace(node->src[1], number).first->second : number;
    for (const auto & wanted : wanted_grams) {
        if (wanted == name && matrices == 1) {
            fresh.gram = std::make_unique<gram::Gram>(columns);
            if (std::find(wanted_crosses.begin(), wanted_crosses.end(), name) != wanted_crosses.end()) {
                fresh.cross = std::make_unique<gram::Cross>(columns);
            }
        }
    }
    numbers.emplace(name, seen.size());
    seen.push_back(std::move(fresh));
    return seen.back();
}

void Observer::matrix(const ggml_tensor * node) {
    const auto * const w = node->src[0];
    const auto * const x = node->src[1];
    const int64_t matrices = w->ne[2] * w->ne[3];
    auto & weight = statistics_of(node, matrices, 1);
    if (keep_exact && weight.cross == nullptr) {
        return;
    }
    if (x->nb[0] != sizeof(float) || weight.columns != x->ne[0]
        || weight.squares.size() != static_cast<size_t>(x->ne[0] * matrices)) {
        why = "the activations of " + weight.name + " do not have the shape that they had before";
        return;
    }
    const char * const data = data_of(x, copied);
    for (int64_t i3 = 0; i3 < x->ne[3]; ++i3) {
        for (int64_t i2 = 0; i2 < x->ne[2]; ++i2) {
            // Activations of more dimensions than the weight has all go to it.
            const int64_t matrix = (i3 % w->ne[3]) * w->ne[2] + i2 % w->ne[2];
            const char * const rows = data + static_cast<size_t>(i2) * x->nb[2] + static_cast<size_t>(i3) * x->nb[3];
            if (keep_exact) {
                append_rows(weight.exact, reinterpret_cast<const float *>(rows), x->nb[1], weight.columns, x->ne[1]);
                continue;
            }
            for (int64_t row = 0; row < x->ne[1]; ++row) {
                const auto * const values = reinterpret_cast<const float *>(rows + static_cast<size_t>(row) * x->nb[1]);
                add_row(values, weight.columns, weight.squares.data() + matrix * weight.columns,
                    weight.sums.data() + matrix * weight.columns);
            }
            if (weight.gram != nullptr) {
                gram(weight, reinterpret_cast<const float *>(rows), x->nb[1], x->ne[1]);
            }
        }
    }
    if (keep_exact) {
        return;
    }
    for (auto & count : weight.counts) {
        count += ggml_nrows(x) / matrices;
    }
    for (int64_t m = 0; m < matrices; ++m) {
        require_finite(weight, m);
    }
}

void Observer::gram(WeightStatistics & weight, const float * rows, size_t stride, int64_t count) {
    const bool compared = weight.cross != nullptr && !weight.exact.empty();
    const auto first = static_cast<size_t>(weight.compared * weight.columns);
    if (compared && first + static_cast<size_t>(count * weight.columns) > weight.exact.size()) {
        why = weight.name + " is multiplied with more than what was kept to compare it with";
        return;
    }
    const float * const exact = compared ? weight.exact.data() + first : nullptr;
    weight.gram->add(rows, stride, count, threads, packed);
    if (compared) {
        weight.cross->add(exact, rows, stride, count, threads, packed);
        weight.compared += count;
    }
}

void Observer::forget_exact() {
    for (auto & weight : seen) {
        weight.exact.clear();
        weight.compared = 0;
    }
}

void Observer::experts(const ggml_tensor * node) {
    const auto * const w = node->src[0];
    const auto * const x = node->src[1]; // [columns, experts used or 1, tokens]
    const auto * const ids = node->src[2]; // [experts used, tokens], not contiguous
    if (x->type != GGML_TYPE_F32) {
        return;
    }
    const int64_t count = w->ne[2];
    auto & weight = statistics_of(node, count, static_cast<size_t>(count));
    if (x->nb[0] != sizeof(float) || weight.columns != x->ne[0] || ids->ne[1] != x->ne[2] || x->ne[3] != 1
        || weight.counts.size() != static_cast<size_t>(count)) {
        why = "the activations of " + weight.name + " do not have the shape that was expected";
        return;
    }
    const char * const data = data_of(x, copied);
    const char * const routes = data_of(ids, copied_ids);
    std::vector<bool> touched(static_cast<size_t>(count));
    for (int64_t use = 0; use < ids->ne[0]; ++use) {
        for (int64_t token = 0; token < x->ne[2]; ++token) {
            int32_t expert = 0;
            std::memcpy(&expert,
                routes + static_cast<size_t>(token) * ids->nb[1] + static_cast<size_t>(use) * ids->nb[0],
                sizeof expert);
            if (expert < 0 || expert >= count) {
                why = weight.name + " has no expert " + std::to_string(expert);
                return;
            }
            const auto * const values = reinterpret_cast<const float *>(
                data + static_cast<size_t>(use % x->ne[1]) * x->nb[1] + static_cast<size_t>(token) * x->nb[2]);
            add_row(values, weight.columns, weight.squares.data() + expert * weight.columns,
                weight.sums.data() + expert * weight.columns);
            ++weight.counts[static_cast<size_t>(expert)];
            touched[static_cast<size_t>(expert)] = true;
        }
    }
    for (int64_t m = 0; m < count; ++m) {
        if (touched[static_cast<size_t>(m)]) {
            require_finite(weight, m);
        }
    }
}

shl_status Observer::fault() const {
    return why.empty() ? SHL_OK : fail_with(finite ? SHL_FAILED : SHL_NOT_FINITE, why);
}

void Observer::require_finite(const WeightStatistics & weight, int64_t matrix) {
    for (int64_t i = 0; i < weight.columns; ++i) {
        // An infinite or broken value stays one in its sum.
        if (!std::isfinite(weight.squares[static_cast<size_t>(matrix * weight.columns + i)])) {
            why = "what " + weight.name + " is multiplied with is not finite in column " + std::to_string(i);
            finite = false;
            return;
        }
    }
}

void Observer::hidden_state(const ggml_tensor * node) {
    const bool embedding = is_embedding(node->name);
    const int32_t ended = block_of(node->name, "l_out");
    const int32_t attended = block_of(node->name, "ffn_inp");
    if ((!embedding && ended < 0 && attended < 0) || node->type != GGML_TYPE_F32 || !ggml_is_contiguous(node)) {
        return;
    }
    Rows now;
    now.columns = node->ne[0];
    now.count = ggml_nrows(node);
    now.values.resize(static_cast<size_t>(now.columns * now.count));
    std::memcpy(now.values.data(), data_of(node, copied), now.values.size() * sizeof(float));
    const auto block = static_cast<size_t>(ended < 0 ? attended : ended);
    if (!embedding && cosines.size() <= block) {
        cosines.resize(block + 1);
    }
    if (attended >= 0) {
        add_cosines(before_block, now, cosines[block].attention);
        after_attention = std::move(now);
        return;
    }
    if (ended >= 0) {
        add_cosines(before_block, now, cosines[block].block);
        add_cosines(after_attention, now, cosines[block].feed_forward);
    }
    after_attention = {};
    before_block = std::move(now);
}

} // namespace shell
