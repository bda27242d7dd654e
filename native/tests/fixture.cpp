#include "fixture.h"

#include "ggml.h"
#include "gguf.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

namespace fixture {

namespace {

class Writer {
public:
    explicit Writer(uint32_t seed) : random(seed) {
        ggml_init_params params{};
        params.mem_size = 16u << 20;
        memory = ggml_init(params);
        file = gguf_init_empty();
    }

    ~Writer() {
        gguf_free(file);
        ggml_free(memory);
    }

    Writer(const Writer &) = delete;
    Writer & operator=(const Writer &) = delete;

    void text(const char * key, const std::string & value) { gguf_set_val_str(file, key, value.c_str()); }
    void number(const char * key, uint32_t value) { gguf_set_val_u32(file, key, value); }
    void real(const char * key, float value) { gguf_set_val_f32(file, key, value); }
    void flag(const char * key, bool value) { gguf_set_val_bool(file, key, value); }

    void list(const char * key, const std::vector<const char *> & values) {
        gguf_set_arr_str(file, key, const_cast<const char **>(values.data()), values.size());
    }

    void vocabulary(const std::vector<std::string> & tokens, const std::vector<float> & scores,
        const std::vector<int32_t> & types) {
        std::vector<const char *> pointers;
        for (const auto & token : tokens) {
            pointers.push_back(token.c_str());
        }
        list("tokenizer.ggml.tokens", pointers);
        gguf_set_arr_data(file, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, scores.data(), scores.size());
        gguf_set_arr_data(file, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, types.data(), types.size());
    }

    // Weights around `center`; one dimension for vectors.
    void tensor(const std::string & name, int64_t columns, int64_t rows, float center = 0) {
        auto * const made = rows == 0 ? ggml_new_tensor_1d(memory, GGML_TYPE_F32, columns)
                                      : ggml_new_tensor_2d(memory, GGML_TYPE_F32, columns, rows);
        ggml_set_name(made, name.c_str());
        std::normal_distribution<float> values(center, 0.3f);
        auto * const data = ggml_get_data_f32(made);
        for (int64_t i = 0; i < ggml_nelements(made); ++i) {
            data[i] = values(random);
        }
        gguf_add_tensor(file, made);
    }

    std::string write(const std::string & name) {
        const auto path = own_file(name);
        EXPECT_TRUE(gguf_write_to_file(file, path.c_str(), false)) << path;
        return path;
    }

private:
    std::mt19937 random;
    ggml_context * memory;
    gguf_context * file;
};

constexpr const char * TEMPLATE = "{{ bos_token }}{% for message in messages %}"
                                  "{% if message['role'] not in ['system', 'user', 'assistant'] %}"
                                  "{{ raise_exception('roles have to be system, user or assistant') }}{% endif %}"
                                  "<{{ message['role'] }}>{{ message['content'] }}{{ eos_token }}{% endfor %}"
                                  "{% if add_generation_prompt %}<assistant>{% endif %}";

void decoder_vocabulary(Writer & out) {
    std::vector<std::string> tokens{"<unk>", "<s>", "</s>"};
    std::vector<int32_t> types{LLAMA_TOKEN_TYPE_UNKNOWN, LLAMA_TOKEN_TYPE_CONTROL, LLAMA_TOKEN_TYPE_CONTROL};
    for (int byte = 0; byte < 256; ++byte) {
        char name[8];
        std::snprintf(name, sizeof name, "<0x%02X>", static_cast<unsigned>(byte));
        tokens.emplace_back(name);
        types.push_back(LLAMA_TOKEN_TYPE_BYTE);
    }
    for (char letter = 'a'; letter <= 'z'; ++letter) {
        tokens.emplace_back(1, letter);
        types.push_back(LLAMA_TOKEN_TYPE_NORMAL);
        tokens.push_back("\xE2\x96\x81" + std::string(1, letter)); // with a space before it
        types.push_back(LLAMA_TOKEN_TYPE_NORMAL);
    }
    tokens.emplace_back("\xE2\x96\x81");
    types.push_back(LLAMA_TOKEN_TYPE_NORMAL);
    while (tokens.size() < VOCABULARY) {
        tokens.push_back("\xE2\x96\x81word" + std::to_string(tokens.size()));
        types.push_back(LLAMA_TOKEN_TYPE_NORMAL);
    }
    std::vector<float> scores;
    for (size_t i = 0; i < tokens.size(); ++i) {
        scores.push_back(-static_cast<float>(i));
    }
    out.text("tokenizer.ggml.model", "llama");
    out.text("tokenizer.ggml.pre", "default");
    out.vocabulary(tokens, scores, types);
    out.number("tokenizer.ggml.bos_token_id", BOS);
    out.number("tokenizer.ggml.eos_token_id", EOS);
    out.flag("tokenizer.ggml.add_bos_token", true);
    out.text("tokenizer.chat_template", TEMPLATE);
}

std::string write_decoder(const std::string & architecture, const std::string & name) {
    Writer out(7);
    out.text("general.architecture", architecture);
    out.text("general.name", "tiny decoder");
    out.number("llama.context_length", CONTEXT);
    out.number("llama.embedding_length", WIDTH);
    out.number("llama.block_count", 2);
    out.number("llama.feed_forward_length", 128);
    out.number("llama.attention.head_count", 2);
    out.number("llama.attention.head_count_kv", 1);
    out.real("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    decoder_vocabulary(out);
    out.tensor("token_embd.weight", WIDTH, VOCABULARY);
    out.tensor("output_norm.weight", WIDTH, 0, 1);
    for (int layer = 0; layer < 2; ++layer) {
        const auto block = "blk." + std::to_string(layer) + ".";
        out.tensor(block + "attn_norm.weight", WIDTH, 0, 1);
        out.tensor(block + "attn_q.weight", WIDTH, WIDTH);
        out.tensor(block + "attn_k.weight", WIDTH, 32);
        out.tensor(block + "attn_v.weight", WIDTH, 32);
        out.tensor(block + "attn_output.weight", WIDTH, WIDTH);
        out.tensor(block + "ffn_norm.weight", WIDTH, 0, 1);
        out.tensor(block + "ffn_gate.weight", WIDTH, 128);
        out.tensor(block + "ffn_up.weight", WIDTH, 128);
        out.tensor(block + "ffn_down.weight", 128, WIDTH);
    }
    return out.write(name);
}

std::string write_encoder(const std::string & word, const std::string & name) {
    Writer out(11);
    out.text("general.architecture", "bert");
    out.text("general.name", "tiny encoder");
    out.number("bert.context_length", POSITIONS);
    out.number("bert.embedding_length", WIDTH);
    out.number("bert.block_count", 2);
    out.number("bert.feed_forward_length", 128);
    out.number("bert.attention.head_count", 4);
    out.real("bert.attention.layer_norm_epsilon", 1e-12f);
    out.flag("bert.attention.causal", false);
    out.number("bert.pooling_type", 1);
    const std::vector<std::string> words{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "\xE2\x96\x81sheep",
        "\xE2\x96\x81graze", "\xE2\x96\x81in", "\xE2\x96\x81the", "\xE2\x96\x81meadow", word, "\xE2\x96\x81."};
    std::vector<int32_t> types(words.size(), LLAMA_TOKEN_TYPE_NORMAL);
    std::fill_n(types.begin(), 5, LLAMA_TOKEN_TYPE_CONTROL);
    out.text("tokenizer.ggml.model", "bert");
    out.vocabulary(words, std::vector<float>(words.size(), 0), types);
    out.number("tokenizer.ggml.token_type_count", 2);
    out.number("tokenizer.ggml.padding_token_id", 0);
    out.number("tokenizer.ggml.unknown_token_id", 1);
    out.number("tokenizer.ggml.bos_token_id", 2);
    out.number("tokenizer.ggml.seperator_token_id", 3); // spelt like this in the format
    out.number("tokenizer.ggml.mask_token_id", 4);
    out.list("bert.classifier.output_labels", {"one", "two", "three"});
    out.tensor("token_embd.weight", WIDTH, static_cast<int64_t>(words.size()));
    out.tensor("token_types.weight", WIDTH, 2);
    out.tensor("position_embd.weight", WIDTH, POSITIONS);
    out.tensor("token_embd_norm.weight", WIDTH, 0, 1);
    out.tensor("token_embd_norm.bias", WIDTH, 0);
    out.tensor("cls.output.weight", WIDTH, CLASSES);
    out.tensor("cls.output.bias", CLASSES, 0);
    for (int layer = 0; layer < 2; ++layer) {
        const auto block = "blk." + std::to_string(layer) + ".";
        for (const char * const part : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
            out.tensor(block + part + ".weight", WIDTH, WIDTH);
            out.tensor(block + part + ".bias", WIDTH, 0);
        }
        out.tensor(block + "attn_output_norm.weight", WIDTH, 0, 1);
        out.tensor(block + "attn_output_norm.bias", WIDTH, 0);
        out.tensor(block + "ffn_up.weight", WIDTH, 128);
        out.tensor(block + "ffn_up.bias", 128, 0);
        out.tensor(block + "ffn_down.weight", 128, WIDTH);
        out.tensor(block + "ffn_down.bias", WIDTH, 0);
        out.tensor(block + "layer_output_norm.weight", WIDTH, 0, 1);
        out.tensor(block + "layer_output_norm.bias", WIDTH, 0);
    }
    return out.write(name);
}

} // namespace

std::string own_file(const std::string & name) {
    struct Folder {
        std::string path = testing::TempDir() + "shearling-tests-XXXXXX";

        Folder() { EXPECT_NE(mkdtemp(path.data()), nullptr) << path; }
        ~Folder() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
    };
    static const Folder folder;
    return folder.path + "/" + name;
}

const std::string & decoder_file() {
    static const std::string path = write_decoder("llama", "tiny-decoder.gguf");
    return path;
}

const std::string & encoder_file() {
    static const std::string path = write_encoder("s", "tiny-encoder.gguf");
    return path;
}

const std::string & endless_file() {
    static const std::string path = write_encoder(std::string(5'000, 's'), "tiny-endless.gguf");
    return path;
}

const std::string & unknown_file() {
    static const std::string path = write_decoder("sheepdog", "tiny-unknown.gguf");
    return path;
}

void load_backend() {
    static const bool loaded = [] {
        int32_t best_score = 0;
        std::string best;
        for (const std::string path : {SHEARLING_TEST_PLUGINS}) {
            int32_t score = 0;
            EXPECT_EQ(shl_backend_score(path.c_str(), &score), SHL_OK) << shl_last_error();
            if (score > best_score) {
                best_score = score;
                best = path;
            }
        }
        EXPECT_EQ(shl_backend_load(best.c_str()), SHL_OK) << shl_last_error();
        return true;
    }();
    ASSERT_TRUE(loaded);
}

Model load(const std::string & path) {
    load_backend();
    shl_model_params params;
    shl_model_params_default(&params);
    shl_model * model = nullptr;
    EXPECT_EQ(shl_model_load(path.c_str(), &params, nullptr, &model), SHL_OK) << shl_last_error();
    return Model(model);
}

shl_context_params small_params() {
    shl_context_params params;
    shl_context_params_default(&params);
    params.context_tokens = CONTEXT;
    params.batch_tokens = 64;
    params.micro_batch_tokens = 64;
    params.threads = 2;
    params.poll = 0;
    return params;
}

Context open(shl_model * model, const shl_context_params & params) {
    shl_context * context = nullptr;
    EXPECT_EQ(shl_context_new(model, &params, &context), SHL_OK) << shl_last_error();
    return Context(context);
}

Sampler sampler(const shl_model * model) {
    shl_sampler * made = nullptr;
    EXPECT_EQ(shl_sampler_new(model, &made), SHL_OK);
    return Sampler(made);
}

std::string take(shl_text * text) {
    std::string bytes(static_cast<size_t>(shl_text_size(text)), '\0');
    shl_text_copy(text, reinterpret_cast<uint8_t *>(bytes.data()), shl_text_size(text));
    shl_text_free(text);
    return bytes;
}

int32_t decode(shl_context * context, int32_t count, int32_t position, int32_t sequence) {
    std::vector<int32_t> tokens;
    for (int32_t i = 0; i < count; ++i) {
        tokens.push_back(3 + (position + i) % 8);
    }
    int32_t first = -1;
    shl_batch_clear(context);
    EXPECT_EQ(shl_batch_add(context, sequence, position, tokens.data(), count, SHL_OUTPUTS_LAST, &first), SHL_OK)
        << shl_last_error();
    EXPECT_EQ(shl_context_decode(context), SHL_OK) << shl_last_error();
    return first + count - 1;
}

shl_counters counters() {
    shl_counters now;
    shl_counters_read(&now);
    return now;
}

void Counted::SetUp() {
    at_start = counters();
}

void Counted::TearDown() {
    const auto after = counters();
    EXPECT_EQ(after.models, at_start.models);
    EXPECT_EQ(after.contexts, at_start.contexts);
    EXPECT_EQ(after.samplers, at_start.samplers);
    EXPECT_EQ(after.templates, at_start.templates);
    EXPECT_EQ(after.texts, at_start.texts);
    EXPECT_EQ(after.progresses, at_start.progresses);
    EXPECT_EQ(after.model_bytes, at_start.model_bytes);
    EXPECT_EQ(after.context_bytes, at_start.context_bytes);
}

} // namespace fixture
