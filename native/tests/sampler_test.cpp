#include "fixture.h"

#include "argmax.h"

#include <cmath>
#include <functional>
#include <limits>
#include <random>

using namespace fixture;

namespace {

constexpr float INF = std::numeric_limits<float>::infinity();
constexpr float NOT_A_NUMBER = std::numeric_limits<float>::quiet_NaN();

struct FreeNative {
    void operator()(llama_sampler * sampler) const { llama_sampler_free(sampler); }
};
using Native = std::unique_ptr<llama_sampler, FreeNative>;

class SamplerTest : public Counted {
protected:
    Model model;
    Context context;
    int32_t index = 0;
    std::mt19937 random{5};

    void SetUp() override {
        load_backend();
        Counted::SetUp();
        model = load(decoder_file());
        context = open(model.get(), small_params());
        index = decode(context.get(), 4);
    }

    void TearDown() override {
        context.reset();
        model.reset();
        Counted::TearDown();
    }

    llama_context * native() { return static_cast<llama_context *>(shl_context_native(context.get())); }
    const llama_vocab * vocab() {
        return llama_model_get_vocab(static_cast<llama_model *>(shl_model_native(model.get())));
    }

    float * logits() { return llama_get_logits_ith(native(), index); }

    // The samplers see these instead of the model's.
    void set_logits(float scale = 3) {
        std::normal_distribution<float> values(0, scale);
        for (int32_t i = 0; i < VOCABULARY; ++i) {
            logits()[i] = values(random);
        }
    }

    int32_t sample(const Sampler & chain) {
        int32_t token = -7;
        EXPECT_EQ(shl_sampler_sample(chain.get(), context.get(), index, &token), SHL_OK) << shl_last_error();
        return token;
    }

    Native chain_of(const std::vector<llama_sampler *> & steps) {
        Native chain(llama_sampler_chain_init(llama_sampler_chain_default_params()));
        for (auto * const step : steps) {
            llama_sampler_chain_add(chain.get(), step);
        }
        return chain;
    }

    // Both chains choose the same tokens from the same random logits, step by step.
    void expect_same(const std::function<void(shl_sampler *)> & ours, const std::vector<llama_sampler *> & theirs) {
        const auto chain = sampler(model.get());
        ours(chain.get());
        const auto expected = chain_of(theirs);
        const std::vector<int32_t> prompt{7, 8, 9, 7, 8, 9, 7};
        EXPECT_EQ(shl_sampler_accept(chain.get(), prompt.data(), 7), SHL_OK);
        for (const auto token : prompt) {
            llama_sampler_accept(expected.get(), token);
        }
        for (int round = 0; round < 60; ++round) {
            set_logits();
            ASSERT_EQ(sample(chain), llama_sampler_sample(expected.get(), native(), index)) << round;
        }
    }
};

} // namespace

TEST_F(SamplerTest, eachStep_randomLogits_asLlama) {
    const auto dist = [](shl_sampler * s) { EXPECT_EQ(shl_sampler_add_dist(s, 42), SHL_OK); };
    const auto check = [&](auto step, llama_sampler * theirs) {
        expect_same(
            [&](shl_sampler * s) {
                EXPECT_EQ(step(s), SHL_OK) << shl_last_error();
                dist(s);
            },
            {theirs, llama_sampler_init_dist(42)});
    };
    const int32_t v = VOCABULARY;
    check([](auto * s) { return shl_sampler_add_top_k(s, 12); }, llama_sampler_init_top_k(12));
    check([](auto * s) { return shl_sampler_add_top_k(s, 200); }, llama_sampler_init_top_k(200));
    check([](auto * s) { return shl_sampler_add_top_p(s, 0.8f, 2); }, llama_sampler_init_top_p(0.8f, 2));
    check([](auto * s) { return shl_sampler_add_min_p(s, 0.1f, 1); }, llama_sampler_init_min_p(0.1f, 1));
    check([](auto * s) { return shl_sampler_add_typical(s, 0.7f, 1); }, llama_sampler_init_typical(0.7f, 1));
    check([](auto * s) { return shl_sampler_add_temperature(s, 0.6f); }, llama_sampler_init_temp(0.6f));
    check([](auto * s) { return shl_sampler_add_temperature(s, 0); }, llama_sampler_init_temp(0));
    check([](auto * s) { return shl_sampler_add_dynamic_temperature(s, 0.8f, 0.4f, 1); },
        llama_sampler_init_temp_ext(0.8f, 0.4f, 1));
    check(
        [](auto * s) { return shl_sampler_add_xtc(s, 0.7f, 0.05f, 1, 9); }, llama_sampler_init_xtc(0.7f, 0.05f, 1, 9));
    check([](auto * s) { return shl_sampler_add_top_n_sigma(s, 1.5f); }, llama_sampler_init_top_n_sigma(1.5f));
    check([](auto * s) { return shl_sampler_add_penalties(s, 32, 1.3f, 0.2f, 0.1f); },
        llama_sampler_init_penalties(v, 32, 1.3f, 0.2f, 0.1f));
    const char * const breakers[] = {"a", "bc"};
    check(
        [](auto * s) {
            return shl_sampler_add_dry(s, 0.8f, 1.75f, 2, 64, reinterpret_cast<const uint8_t *>("a\0bc"), 5, 2);
        },
        llama_sampler_init_dry(vocab(), 0.8f, 1.75f, 2, 64, const_cast<const char **>(breakers), 2));
    const int32_t tokens[] = {5, 9, 5};
    const float biases[] = {4, -INF, 1};
    const llama_logit_bias list[] = {{5, 4}, {9, -INF}, {5, 1}};
    check([&](auto * s) { return shl_sampler_add_logit_bias(s, tokens, biases, 3); },
        llama_sampler_init_logit_bias(v, 3, list));
}

TEST_F(SamplerTest, choosingSteps_randomLogits_asLlama) {
    const int32_t v = VOCABULARY;
    expect_same([](auto * s) { EXPECT_EQ(shl_sampler_add_greedy(s), SHL_OK); }, {llama_sampler_init_greedy()});
    expect_same([](auto * s) { EXPECT_EQ(shl_sampler_add_dist(s, 3), SHL_OK); }, {llama_sampler_init_dist(3)});
    expect_same([](auto * s) { EXPECT_EQ(shl_sampler_add_mirostat(s, 3, 5, 0.1f, 100), SHL_OK); },
        {llama_sampler_init_mirostat(v, 3, 5, 0.1f, 100)});
    expect_same([](auto * s) { EXPECT_EQ(shl_sampler_add_mirostat_v2(s, 3, 5, 0.1f), SHL_OK); },
        {llama_sampler_init_mirostat_v2(3, 5, 0.1f)});
    expect_same([](auto * s) { EXPECT_EQ(shl_sampler_add_adaptive_p(s, 0.5f, 0.9f, 3), SHL_OK); },
        {llama_sampler_init_adaptive_p(0.5f, 0.9f, 3)});
    expect_same(
        [](auto * s) {
            EXPECT_EQ(shl_sampler_add_top_k(s, 50), SHL_OK);
            EXPECT_EQ(shl_sampler_add_top_p(s, 0.95f, 1), SHL_OK);
            EXPECT_EQ(shl_sampler_add_infill(s), SHL_OK);
            EXPECT_EQ(shl_sampler_add_dist(s, 8), SHL_OK);
        },
        {llama_sampler_init_top_k(50), llama_sampler_init_top_p(0.95f, 1), llama_sampler_init_infill(vocab()),
            llama_sampler_init_dist(8)});
}

TEST_F(SamplerTest, greedy_biasAndPenalties_asLlama) {
    const int32_t tokens[] = {5, 9, 5};
    const float biases[] = {4, -INF, 1};
    const llama_logit_bias list[] = {{5, 4}, {9, -INF}, {5, 1}};
    std::vector<float> before(VOCABULARY);
    expect_same(
        [&](auto * s) {
            EXPECT_EQ(shl_sampler_add_logit_bias(s, tokens, biases, 3), SHL_OK);
            EXPECT_EQ(shl_sampler_add_greedy(s), SHL_OK);
        },
        {llama_sampler_init_logit_bias(VOCABULARY, 3, list), llama_sampler_init_greedy()});
    expect_same(
        [&](auto * s) {
            EXPECT_EQ(shl_sampler_add_penalties(s, 16, 1.5f, 0, 1), SHL_OK);
            EXPECT_EQ(shl_sampler_add_greedy(s), SHL_OK);
        },
        {llama_sampler_init_penalties(VOCABULARY, 16, 1.5f, 0, 1), llama_sampler_init_greedy()});
    const auto chain = sampler(model.get());
    ASSERT_EQ(shl_sampler_add_logit_bias(chain.get(), tokens, biases, 3), SHL_OK);
    ASSERT_EQ(shl_sampler_add_greedy(chain.get()), SHL_OK);
    set_logits();
    std::copy_n(logits(), VOCABULARY, before.data());
    sample(chain);
    EXPECT_TRUE(std::equal(before.begin(), before.end(), logits())) << "the logits are as they were";
}

TEST_F(SamplerTest, argmax_specialValues_asGreedyChain) {
    const auto greedy = chain_of({llama_sampler_init_greedy()});
    std::uniform_int_distribution<int> kind(0, 9);
    for (const int32_t count : {1, 2, 15, 16, 17, 1000, 1024, 1025, 4096, 49152}) {
        for (int round = 0; round < 20; ++round) {
            std::vector<float> values;
            std::vector<llama_token_data> candidates;
            for (int32_t i = 0; i < count; ++i) {
                const int k = kind(random);
                const auto small = static_cast<float>(kind(random)); // many ties
                const float value = round % 2 == 0 ? small
                    : k == 0 && i > 0              ? NOT_A_NUMBER
                    : k == 1 && round % 4 == 1     ? INF
                    : k == 2                       ? -INF
                                                   : small;
                values.push_back(value);
                candidates.push_back({i, value, 0});
            }
            llama_token_data_array array{candidates.data(), candidates.size(), -1, false};
            llama_sampler_apply(greedy.get(), &array);
            ASSERT_EQ(shell::argmax(values.data(), count), array.selected) << count;
        }
    }
    EXPECT_EQ(shell::argmax(std::vector<float>(100, NOT_A_NUMBER).data(), 100), 0);
    EXPECT_EQ(shell::argmax(std::vector<float>(100, -INF).data(), 100), 0);
    EXPECT_EQ(shell::argmax(std::vector<float>{NOT_A_NUMBER, 1, 2}.data(), 3), 2);
}

TEST_F(SamplerTest, everyChain_nanAndInfinities_noCrash) {
    const std::vector<std::function<shl_status(shl_sampler *)>> steps{
        [](auto * s) { return shl_sampler_add_top_k(s, 200); },
        [](auto * s) { return shl_sampler_add_top_p(s, 0.9f, 1); },
        [](auto * s) { return shl_sampler_add_min_p(s, 0.1f, 1); },
        [](auto * s) { return shl_sampler_add_typical(s, 0.9f, 1); },
        [](auto * s) { return shl_sampler_add_temperature(s, 0.1f); },
        [](auto * s) { return shl_sampler_add_dynamic_temperature(s, 1, 1, 1); },
        [](auto * s) { return shl_sampler_add_xtc(s, 1, 0.1f, 1, 1); },
        [](auto * s) { return shl_sampler_add_top_n_sigma(s, 1); },
        [](auto * s) { return shl_sampler_add_penalties(s, 8, 2, 1, 1); },
    };
    const std::vector<std::vector<float>> patterns{
        {NOT_A_NUMBER}, {INF}, {-INF}, {NOT_A_NUMBER, INF, -INF, 1}, {1e30f, -1e30f, 3e38f, -3e38f}, {0}};
    for (size_t a = 0; a < steps.size(); ++a) {
        for (size_t b = 0; b < steps.size(); ++b) {
            for (int last = 0; last < 4; ++last) {
                const auto chain = sampler(model.get());
                ASSERT_EQ(steps[a](chain.get()), SHL_OK);
                ASSERT_EQ(steps[b](chain.get()), SHL_OK);
                ASSERT_EQ(last == 0 ? shl_sampler_add_greedy(chain.get())
                        : last == 1 ? shl_sampler_add_dist(chain.get(), 1)
                        : last == 2 ? shl_sampler_add_mirostat(chain.get(), 1, 5, 0.1f, 100)
                                    : shl_sampler_add_adaptive_p(chain.get(), 0.5f, 0.9f, 1),
                    SHL_OK);
                for (const auto & pattern : patterns) {
                    for (int32_t i = 0; i < VOCABULARY; ++i) {
                        logits()[i] = pattern[static_cast<size_t>(i) % pattern.size()];
                    }
                    int32_t token = -1;
                    if (shl_sampler_sample(chain.get(), context.get(), index, &token) == SHL_OK) {
                        ASSERT_GE(token, 0);
                        ASSERT_LT(token, VOCABULARY);
                    }
                }
            }
        }
    }
}

TEST_F(SamplerTest, seed_same_sameTokens) {
    const auto run = [&](uint32_t seed) {
        random.seed(1);
        const auto chain = sampler(model.get());
        EXPECT_EQ(shl_sampler_add_temperature(chain.get(), 1.5f), SHL_OK);
        EXPECT_EQ(shl_sampler_add_dist(chain.get(), seed), SHL_OK);
        std::vector<int32_t> tokens;
        for (int i = 0; i < 40; ++i) {
            set_logits();
            tokens.push_back(sample(chain));
        }
        return tokens;
    };
    EXPECT_EQ(run(11), run(11));
    EXPECT_NE(run(11), run(12));
}

TEST_F(SamplerTest, grammar_anyChain_obeyed) {
    for (const bool greedy : {true, false}) {
        const auto chain = sampler(model.get());
        ASSERT_EQ(shl_sampler_add_grammar(chain.get(), "root ::= [ab] [ab] [ab] \"!\"", "root"), SHL_OK)
            << shl_last_error();
        ASSERT_EQ(greedy ? shl_sampler_add_greedy(chain.get()) : shl_sampler_add_dist(chain.get(), 4), SHL_OK);
        std::string text;
        int32_t token = -1;
        for (int i = 0; i < 10 && token != EOS; ++i) {
            set_logits();
            token = sample(chain);
            uint8_t bytes[32];
            const int32_t size = shl_token_piece(model.get(), token, false, bytes, 32);
            text.append(reinterpret_cast<char *>(bytes), static_cast<size_t>(size));
        }
        EXPECT_EQ(token, EOS);
        ASSERT_EQ(text.size(), 4u) << text;
        EXPECT_EQ(text.find_first_not_of("ab"), 3u) << text;
        EXPECT_EQ(text[3], '!');
    }
}

TEST_F(SamplerTest, grammar_allowedChoice_kept) {
    const auto chain = sampler(model.get());
    ASSERT_EQ(shl_sampler_add_greedy(chain.get()), SHL_OK);
    ASSERT_EQ(shl_sampler_add_grammar(chain.get(), "root ::= [a-z]+", "root"), SHL_OK); // after the choice, too
    EXPECT_EQ(shl_sampler_add_grammar(chain.get(), "root ::= [a-z]+", "root"), SHL_INVALID_ARGUMENT); // once
    set_logits();
    logits()[3 + 'q'] = 100;
    EXPECT_EQ(sample(chain), 3 + 'q');
    const int32_t prompt[] = {3 + '!'};
    EXPECT_EQ(shl_sampler_accept(chain.get(), prompt, 1), SHL_OK); // the grammar does not see it
    EXPECT_EQ(sample(chain), 3 + 'q');
}

TEST_F(SamplerTest, grammar_nothingPossible_failsAndStays) {
    const auto chain = sampler(model.get());
    const int32_t tokens[] = {3 + 'x', 3 + 256 + 2 * ('x' - 'a')};
    const float biases[] = {-INF, -INF};
    ASSERT_EQ(shl_sampler_add_logit_bias(chain.get(), tokens, biases, 2), SHL_OK);
    ASSERT_EQ(shl_sampler_add_greedy(chain.get()), SHL_OK);
    ASSERT_EQ(shl_sampler_add_grammar(chain.get(), "root ::= \"x\"", "root"), SHL_OK);
    int32_t token = 0;
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(shl_sampler_sample(chain.get(), context.get(), index, &token), SHL_FAILED);
    }
}

TEST_F(SamplerTest, temperature_tiny_takesTheMostLikely) {
    const auto greedy = sampler(model.get());
    ASSERT_EQ(shl_sampler_add_greedy(greedy.get()), SHL_OK);
    int32_t expected = -1;
    ASSERT_EQ(shl_sampler_sample(greedy.get(), context.get(), index, &expected), SHL_OK);
    for (const float temperature : {1e-45F, 1e-40F, 1e-6F}) {
        const auto chain = sampler(model.get());
        ASSERT_EQ(shl_sampler_add_temperature(chain.get(), temperature), SHL_OK);
        ASSERT_EQ(shl_sampler_add_dist(chain.get(), 1), SHL_OK);
        int32_t token = -1;
        ASSERT_EQ(shl_sampler_sample(chain.get(), context.get(), index, &token), SHL_OK);
        EXPECT_EQ(token, expected) << temperature;
    }
}

TEST_F(SamplerTest, grammar_withoutAnEnd_refused) {
    std::string halves = "root ::= r0\n";
    for (int i = 0; i < 30; ++i) {
        const auto next = "r" + std::to_string(i + 1);
        halves += "r" + std::to_string(i) + " ::= " + next + " " + next + " | " + next + "\n";
    }
    for (const std::string & grammar :
        {std::string("root ::= \"a\"{5,2}"), std::string("root ::= \"a\"{1,0}"), halves + "r30 ::= \"a\"?"}) {
        const auto chain = sampler(model.get());
        EXPECT_EQ(shl_sampler_add_grammar(chain.get(), grammar.c_str(), "root"), SHL_BAD_GRAMMAR) << grammar;
    }
}

TEST_F(SamplerTest, grammar_bad_refusedWithReason) {
    const auto chain = sampler(model.get());
    const auto refused = [&](const std::string & grammar, const char * root, const char * reason) {
        EXPECT_EQ(shl_sampler_add_grammar(chain.get(), grammar.c_str(), root), SHL_BAD_GRAMMAR)
            << grammar.substr(0, 40);
        EXPECT_NE(std::string(shl_last_error()).find(reason), std::string::npos) << shl_last_error();
    };
    testing::internal::CaptureStderr();
    refused("", "root", "empty");
    refused("root = x", "root", "::=");
    refused("root ::= \"x", "root", "end of input");
    refused("root ::= missing", "root", "'missing'");
    refused("root ::= (\"x\"", "root", "at the end");
    refused("other ::= \"x\"", "root", "'root'");
    refused("root ::= root \"x\" | \"y\"", "root", "left recursion");
    refused("root ::= " + std::string(100000, '('), "root", "nested");
    // Nothing that holds a quote or a bracket hides what comes after it.
    for (const char * hiding : {"[^\"] ", "[\\]\"] ", "# \"\n  ", "\"\\\"\" ", "\")\" ", "<\"> ", "\"\xf0\"\"\"\" "}) {
        refused("root ::= " + std::string(hiding) + std::string(700000, '('), "root", "nested");
    }
    refused("root ::= \"x\"{999999999}", "root", "repet");
    std::string chain_of_rules;
    for (int i = 0; i < 30000; ++i) {
        chain_of_rules += "r" + std::to_string(i) + " ::= r" + std::to_string(i + 1) + "\n";
    }
    refused("root ::= r0\n" + chain_of_rules + "r30000 ::= r0\n", "root", "left recursion");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(shl_sampler_add_grammar(chain.get(), nullptr, "root"), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_sampler_add_grammar(chain.get(), "root ::= \"x\"", nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_sampler_add_grammar(nullptr, "root ::= \"x\"", "root"), SHL_INVALID_ARGUMENT);
}

TEST_F(SamplerTest, steps_badArguments_refused) {
    const auto chain = sampler(model.get());
    auto * const s = chain.get();
    const int32_t token = VOCABULARY;
    const int32_t good = 5;
    const float bias = 1;
    const float infinite = INF;
    for (const auto status : {
             shl_sampler_add_top_k(s, -1),
             shl_sampler_add_top_p(s, 1.1f, 1),
             shl_sampler_add_top_p(s, NOT_A_NUMBER, 1),
             shl_sampler_add_top_p(s, 0.5f, -1),
             shl_sampler_add_min_p(s, -0.1f, 1),
             shl_sampler_add_min_p(s, 0.1f, -1),
             shl_sampler_add_typical(s, 2, 1),
             shl_sampler_add_typical(s, 0.5f, -1),
             shl_sampler_add_temperature(s, -1),
             shl_sampler_add_temperature(s, NOT_A_NUMBER),
             shl_sampler_add_dynamic_temperature(s, 1, -1, 1),
             shl_sampler_add_dynamic_temperature(s, INF, 1, 1),
             shl_sampler_add_dynamic_temperature(s, 1, 1, -1),
             shl_sampler_add_xtc(s, 2, 0.1f, 1, 0),
             shl_sampler_add_xtc(s, 0.5f, -1, 1, 0),
             shl_sampler_add_xtc(s, 0.5f, 0.1f, -1, 0),
             shl_sampler_add_top_n_sigma(s, -1),
             shl_sampler_add_mirostat(s, 0, 5, 0.1f, 1),
             shl_sampler_add_mirostat(s, 0, NOT_A_NUMBER, 0.1f, 100),
             shl_sampler_add_mirostat_v2(s, 0, 5, INF),
             shl_sampler_add_penalties(s, -1, 1.1f, 0, 0),
             shl_sampler_add_penalties(s, 1 << 21, 1.1f, 0, 0),
             shl_sampler_add_penalties(s, 64, 0, 0, 0),
             shl_sampler_add_penalties(s, 64, 1.1f, NOT_A_NUMBER, 0),
             shl_sampler_add_dry(s, -1, 1.75f, 2, 64, nullptr, 0, 0),
             shl_sampler_add_dry(s, 1, 1.75f, -1, 64, nullptr, 0, 0),
             shl_sampler_add_dry(s, 1, 1.75f, 2, -1, nullptr, 0, 0),
             shl_sampler_add_dry(s, 1, 1.75f, 2, 64, nullptr, 0, 1),
             shl_sampler_add_dry(s, 1, 1.75f, 2, 64, reinterpret_cast<const uint8_t *>("ab"), 2, 1),
             shl_sampler_add_dry(s, 1, 1.75f, 2, 64, reinterpret_cast<const uint8_t *>("a\0"), 3, 2),
             shl_sampler_add_adaptive_p(s, 1.5f, 0.5f, 0),
             shl_sampler_add_adaptive_p(s, 0.5f, 1, 0),
             shl_sampler_add_logit_bias(s, &token, &bias, 1),
             shl_sampler_add_logit_bias(s, &good, &infinite, 1),
             shl_sampler_add_logit_bias(s, nullptr, &bias, 1),
             shl_sampler_add_logit_bias(s, &good, &bias, -1),
             shl_sampler_add_infill(s), // without top-k
             shl_sampler_accept(s, &token, 1),
             shl_sampler_accept(s, nullptr, 1),
             shl_sampler_accept(nullptr, &good, 1),
             shl_sampler_new(nullptr, nullptr),
             shl_sampler_add_greedy(nullptr),
             shl_sampler_add_dist(nullptr, 0),
             shl_sampler_add_infill(nullptr),
         }) {
        EXPECT_EQ(status, SHL_INVALID_ARGUMENT);
    }
    int32_t out = 0;
    EXPECT_EQ(shl_sampler_sample(s, context.get(), index, &out), SHL_INVALID_ARGUMENT); // nothing chooses
    ASSERT_EQ(shl_sampler_add_greedy(s), SHL_OK);
    EXPECT_EQ(shl_sampler_add_temperature(s, 1), SHL_INVALID_ARGUMENT); // too late
    EXPECT_EQ(shl_sampler_add_greedy(s), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_sampler_sample(s, context.get(), 0, &out), SHL_INVALID_ARGUMENT); // no output there
    EXPECT_EQ(shl_sampler_sample(s, context.get(), index, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_sampler_sample(s, nullptr, index, &out), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_sampler_sample(nullptr, context.get(), index, &out), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_sampler_sample(s, context.get(), index, &out), SHL_OK);
    const auto other = load(decoder_file());
    const auto stranger = sampler(other.get());
    ASSERT_EQ(shl_sampler_add_greedy(stranger.get()), SHL_OK);
    EXPECT_EQ(shl_sampler_sample(stranger.get(), context.get(), index, &out), SHL_INVALID_ARGUMENT);
}

TEST_F(SamplerTest, logprobs_softmax_sumToOne) {
    set_logits();
    logits()[9] = logits()[7] = 20; // a tie at the top
    std::vector<int32_t> tokens(VOCABULARY);
    std::vector<float> values(VOCABULARY);
    float one = 0;
    ASSERT_EQ(shl_logprobs(context.get(), index, 9, &one, tokens.data(), values.data(), VOCABULARY), SHL_OK);
    double sum = 0;
    for (size_t i = 0; i < VOCABULARY; ++i) {
        sum += std::exp(static_cast<double>(values[i]));
        EXPECT_TRUE(i == 0 || values[i] <= values[i - 1]);
    }
    EXPECT_NEAR(sum, 1, 1e-5);
    EXPECT_EQ(tokens[0], 7);
    EXPECT_EQ(tokens[1], 9);
    EXPECT_EQ(one, values[1]);
    int32_t best[3];
    float best_values[3];
    ASSERT_EQ(shl_logprobs(context.get(), index, 0, &one, best, best_values, 3), SHL_OK);
    EXPECT_TRUE(std::equal(best, best + 3, tokens.begin()));
    ASSERT_EQ(shl_logprobs(context.get(), index, 0, &one, nullptr, nullptr, 0), SHL_OK);
    for (const auto status : {shl_logprobs(context.get(), index, VOCABULARY, &one, nullptr, nullptr, 0),
             shl_logprobs(context.get(), index, 0, nullptr, nullptr, nullptr, 0),
             shl_logprobs(context.get(), index, 0, &one, nullptr, nullptr, 1),
             shl_logprobs(context.get(), index, 0, &one, best, best_values, -1),
             shl_logprobs(context.get(), 99, 0, &one, nullptr, nullptr, 0),
             shl_logprobs(nullptr, index, 0, &one, nullptr, nullptr, 0)}) {
        EXPECT_EQ(status, SHL_INVALID_ARGUMENT);
    }
    std::fill_n(logits(), VOCABULARY, NOT_A_NUMBER);
    EXPECT_EQ(shl_logprobs(context.get(), index, 0, &one, best, best_values, 3), SHL_OK);
    EXPECT_EQ(one, -INF);
}
