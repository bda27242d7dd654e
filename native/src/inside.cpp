#include "inside.h"

#include "llama-context.h"
#include "llama-ext.h"
#include "llama-grammar.h"
#include "llama-model.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <stdexcept>
#include <vector>

namespace inside {

std::string architectures() {
    std::string names;
    for (const auto architecture : llm_arch_all()) {
        // CLIP is only the eyes of other models.
        if (architecture != LLM_ARCH_CLIP && architecture != LLM_ARCH_UNKNOWN) {
            names += (names.empty() ? "" : " ") + std::string(llm_arch_name(architecture));
        }
    }
    return names;
}

bool causal(const llama_model * model) {
    return model->hparams.causal_attn;
}

bool classifier(const llama_model * model) {
    return model->cls != nullptr || model->cls_out != nullptr;
}

int32_t position_limit(const llama_model * model) {
    return model->pos_embd == nullptr ? std::numeric_limits<int32_t>::max()
                                      : static_cast<int32_t>(model->pos_embd->ne[1]);
}

uint32_t positions_per_token(const llama_model * model) {
    return model->hparams.n_pos_per_embd();
}

bool keys_move(const llama_model * model) {
    const auto & hparams = model->hparams;
    if (hparams.swa_type == LLAMA_SWA_TYPE_NONE) {
        return true;
    }
    bool full = false;
    bool sliding = false;
    for (uint32_t layer = 0; layer < hparams.n_layer(); ++layer) {
        if (hparams.has_kv(layer)) {
            (hparams.is_swa(layer) ? sliding : full) = true;
        }
    }
    return full && sliding;
}

bool copies_whole_only(const llama_model * model) {
    return model->arch == LLM_ARCH_DEEPSEEK4;
}

bool heads_fit(const llama_model * model, bool k, int64_t block) {
    const auto & hparams = model->hparams;
    for (uint32_t layer = 0; layer < hparams.n_layer(); ++layer) {
        if ((k ? hparams.n_embd_head_k(layer) : hparams.n_embd_head_v(layer)) % block != 0) {
            return false;
        }
    }
    return true;
}

namespace {

// WordPiece tries every stretch of a word up to the length of the longest token, so that a text costs its length times
// the square of that. The longest of a real vocabulary have some dozens of bytes.
constexpr int LONGEST_WORD_PIECE = 512;

// RWKV's tokenizer takes the longest token that fits, and goes round for ever where a token begins with a byte that is
// none itself. -1: there is no such byte.
int dead_end(const llama_vocab & vocab) {
    std::array<bool, 256> begins{};
    std::array<bool, 256> ends{};
    for (uint32_t token = 0; token < vocab.n_tokens(); ++token) {
        const auto & piece = vocab.token_to_piece(static_cast<llama_token>(token));
        if (!piece.empty()) {
            const auto first = static_cast<unsigned char>(piece[0]);
            begins[first] = true;
            ends[first] = ends[first] || piece.size() == 1;
        }
    }
    const auto dead = std::mismatch(begins.begin(), begins.end(), ends.begin()).first;
    return dead == begins.end() ? -1 : static_cast<int>(dead - begins.begin());
}

} // namespace

std::string model_fault(const llama_model * model) {
    const auto & vocab = model->vocab;
    if (vocab.get_type() == LLAMA_VOCAB_TYPE_RWKV) {
        if (const int byte = dead_end(vocab); byte >= 0) {
            char name[12];
            std::snprintf(name, sizeof name, "0x%02X", static_cast<unsigned>(byte));
            return std::string("its tokenizer has no token for the byte ") + name + " alone";
        }
    }
    if (vocab.get_type() == LLAMA_VOCAB_TYPE_WPM && vocab.max_token_len() > LONGEST_WORD_PIECE) {
        return "its WordPiece vocabulary has a token of " + std::to_string(vocab.max_token_len())
            + " bytes, the most is " + std::to_string(LONGEST_WORD_PIECE);
    }
    // ggml takes the number of turned dimensions as signed, and turns what lies before a row.
    for (const auto turned : {model->hparams.n_rot_full, model->hparams.n_rot_swa}) {
        if (turned > static_cast<uint32_t>(std::numeric_limits<int32_t>::max())) {
            return "its rope.dimension_count " + std::to_string(turned) + " is wider than any head";
        }
    }
    return "";
}

namespace {

bool computes(const ggml_tensor * node) {
    switch (node->op) {
    case GGML_OP_ADD:
    case GGML_OP_SUB:
    case GGML_OP_MUL:
    case GGML_OP_DIV:
        return node->src[1]->type == GGML_TYPE_F32
            || (node->src[1]->type == node->src[0]->type && node->src[0]->type == node->type
                && (node->type == GGML_TYPE_F16 || node->type == GGML_TYPE_BF16));
    case GGML_OP_MUL_MAT:
    case GGML_OP_MUL_MAT_ID: {
        const auto type = node->src[0]->type;
        return type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16 || ggml_is_quantized(type);
    }
    default:
        return true;
    }
}

} // namespace

std::string graph_fault(const llama_context * context) {
    const auto * const result = context->get_gf_res_reserve();
    auto * const graph = result == nullptr ? nullptr : result->get_gf();
    for (int i = 0; graph != nullptr && i < ggml_graph_n_nodes(graph); ++i) {
        const auto * const node = ggml_graph_node(graph, i);
        if (!computes(node)) {
            const auto * const weight =
                node->op == GGML_OP_MUL_MAT || node->op == GGML_OP_MUL_MAT_ID ? node->src[0] : node->src[1];
            return std::string("its tensor ") + ggml_get_name(weight) + " has the type " + ggml_type_name(weight->type)
                + ", with which llama.cpp cannot compute there";
        }
    }
    const auto & settings = context->get_cparams();
    const auto & hparams = context->get_model().hparams;
    if (result == nullptr || !settings.embeddings) {
        return "";
    }
    const bool rank = settings.pooling_type == LLAMA_POOLING_TYPE_RANK;
    const auto * const vectors =
        settings.pooling_type == LLAMA_POOLING_TYPE_NONE ? result->get_embd() : result->get_embd_pooled();
    const int64_t width = rank ? hparams.n_cls_out : hparams.n_embd_out();
    if (vectors != nullptr && vectors->ne[0] < width) {
        return "its vectors have " + std::to_string(vectors->ne[0]) + " numbers where its metadata announces "
            + std::to_string(width);
    }
    return "";
}

Memory memory(const llama_context * context) {
    Memory sum{0, 0};
    for (const auto & [type, part] : llama_get_memory_breakdown(context)) {
        sum.cells += static_cast<int64_t>(part.context);
        sum.compute += static_cast<int64_t>(part.compute);
    }
    return sum;
}

namespace {

// Skips white space and comments, as between two rules of GBNF.
const char * skip_blank(const char * at) {
    while (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n' || *at == '#') {
        if (*at == '#') {
            while (*at != '\0' && *at != '\n' && *at != '\r') {
                ++at;
            }
        } else {
            ++at;
        }
    }
    return at;
}

std::string name_of(const llama_grammar_parser & parser, uint32_t rule) {
    for (const auto & [name, id] : parser.symbol_ids) {
        if (id == rule) {
            return name;
        }
    }
    return "?";
}

bool ends(const llama_grammar_element & element) {
    return element.type == LLAMA_GRETYPE_END || element.type == LLAMA_GRETYPE_ALT;
}

bool may_be_empty(const llama_grammar_rule & rule) {
    bool at_start = true;
    for (const auto & element : rule) {
        if (ends(element) && at_start) {
            return true;
        }
        at_start = ends(element);
    }
    return false;
}

// How often upstream looks at rules in its search for left recursion, which forgets where it has been: with thirty
// rules that begin with the next one twice, a billion times.
struct LeftmostLooks {
    static constexpr int64_t most = int64_t{1} << 20;

    const llama_grammar_rules & rules;
    std::vector<int64_t> known; // 0: not yet, -1: being counted

    int64_t count(size_t index) {
        if (known[index] != 0) {
            return std::max<int64_t>(known[index], 0); // a circle: upstream sees it and stops
        }
        known[index] = -1;
        int64_t looks = 1;
        bool leftmost = true;
        for (const auto & element : rules[index]) {
            if (ends(element)) {
                leftmost = true;
            } else if (element.type == LLAMA_GRETYPE_RULE_REF && leftmost) {
                looks = std::min(most + 1, looks + count(element.value));
                leftmost = may_be_empty(rules[element.value]);
            } else {
                leftmost = false;
            }
        }
        known[index] = looks;
        return looks;
    }
};

} // namespace

void finish_moves(llama_context * context) {
    context->sched_reserve();
    context->memory_update(false);
}

void limit_grammars(int64_t work) {
    llama_grammar_set_limit(work);
}

std::string grammar_fault(const llama_vocab * vocab, const char * grammar, const char * root) {
    llama_grammar_parser parser(vocab);
    try {
        for (const char * at = skip_blank(grammar); *at != '\0';) {
            at = parser.parse_rule(at);
        }
    } catch (const std::out_of_range &) {
        return "a number in it is too large";
    } catch (const std::exception & e) {
        std::string message = e.what();
        return message.size() > 200 ? message.substr(0, 200) + "..." : message;
    }
    if (parser.symbol_ids.count(root) == 0) {
        return "there is no rule '" + std::string(root) + "'";
    }
    for (const auto & [name, id] : parser.symbol_ids) {
        if (id >= parser.rules.size() || parser.rules[id].empty()) {
            return "rule '" + name + "' is used but not defined";
        }
    }
    for (const auto & rule : parser.rules) {
        for (const auto & element : rule) {
            if (element.type == LLAMA_GRETYPE_RULE_REF
                && (element.value >= parser.rules.size() || parser.rules[element.value].empty())) {
                return "rule '" + name_of(parser, element.value) + "' is used but not defined";
            }
        }
    }
    LeftmostLooks looks{parser.rules, std::vector<int64_t>(parser.rules.size())};
    for (size_t i = 0; i < parser.rules.size(); ++i) {
        if (looks.count(i) > LeftmostLooks::most) {
            return "it can be read in too many ways";
        }
    }
    return "";
}

} // namespace inside
