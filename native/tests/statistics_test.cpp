#include "fixture.h"

#include "../src/gram.h"

#include "ggml-backend.h"
#include "ggml.h"

#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <thread>

using namespace fixture;

namespace {

struct FreeStatistics {
    void operator()(shl_statistics * statistics) const { shl_statistics_free(statistics); }
};
using Statistics = std::unique_ptr<shl_statistics, FreeStatistics>;

// All that each weight was multiplied with, and each hidden state, in upstream's own context.
struct Seen {
    std::map<std::string, std::vector<float>> inputs;
    std::map<std::string, std::vector<float>> states;

    static bool call(ggml_tensor * node, bool ask, void * data) {
        if (ask) {
            return true;
        }
        auto & self = *static_cast<Seen *>(data);
        const auto append = [](std::vector<float> & to, const ggml_tensor * from) {
            std::vector<float> values(static_cast<size_t>(ggml_nelements(from)));
            ggml_backend_tensor_get(from, values.data(), 0, values.size() * sizeof(float));
            to.insert(to.end(), values.begin(), values.end());
        };
        if (node->op == GGML_OP_MUL_MAT && std::strncmp(node->src[0]->name, "blk.", 4) == 0) {
            append(self.inputs[node->src[0]->name], node->src[1]);
        }
        const std::string name = node->name;
        if (name == "embd" || name.rfind("l_out-", 0) == 0 || name.rfind("ffn_inp-", 0) == 0) {
            append(self.states[name], node);
        }
        return true;
    }
};

std::vector<int32_t> tokens(int32_t count, int32_t seed) {
    std::mt19937 random(static_cast<uint32_t>(seed));
    std::vector<int32_t> result{BOS};
    while (static_cast<int32_t>(result.size()) < count) {
        result.push_back(static_cast<int32_t>(3 + random() % 300));
    }
    return result;
}

Seen plain(const shl_model * model, const std::vector<std::vector<int32_t>> & chunks) {
    Seen seen;
    auto params = llama_context_default_params();
    params.n_ctx = CONTEXT;
    params.n_batch = CONTEXT;
    params.n_ubatch = CONTEXT;
    params.n_threads = 1;
    params.n_threads_batch = 1;
    params.cb_eval = Seen::call;
    params.cb_eval_user_data = &seen;
    auto * const native = static_cast<llama_model *>(shl_model_native(model));
    llama_context * const context = llama_init_from_model(native, params);
    for (auto chunk : chunks) {
        llama_memory_clear(llama_get_memory(context), true);
        auto batch = llama_batch_init(CONTEXT, 0, 1);
        for (size_t i = 0; i < chunk.size(); ++i) {
            batch.token[i] = chunk[i];
            batch.pos[i] = static_cast<llama_pos>(i);
            batch.n_seq_id[i] = 1;
            batch.seq_id[i][0] = 0;
            batch.logits[i] = 1;
        }
        batch.n_tokens = static_cast<int32_t>(chunk.size());
        EXPECT_EQ(llama_decode(context, batch), 0);
        llama_batch_free(batch);
    }
    llama_free(context);
    return seen;
}

double cosine(const std::vector<float> & a, const std::vector<float> & b) {
    double sum = 0;
    const size_t rows = a.size() / WIDTH;
    for (size_t row = 0; row < rows; ++row) {
        double xy = 0, xx = 0, yy = 0;
        for (size_t i = row * WIDTH; i < (row + 1) * WIDTH; ++i) {
            xy += double{a[i]} * double{b[i]};
            xx += double{a[i]} * double{a[i]};
            yy += double{b[i]} * double{b[i]};
        }
        sum += xy / std::sqrt(xx * yy);
    }
    return sum / static_cast<double>(rows);
}

class StatisticsTest : public Counted {
protected:
    Model model;

    void SetUp() override {
        load_backend();
        Counted::SetUp();
        model = load(decoder_file());
    }

    void TearDown() override {
        model.reset();
        Counted::TearDown();
    }

    Statistics open(int32_t threads = 1, int32_t chunk_tokens = CONTEXT, int32_t last_block = -1) {
        shl_statistics_params params;
        shl_statistics_params_default(&params);
        params.last_block = last_block;
        params.grams_only = last_block >= 0;
        params.chunk_tokens = chunk_tokens;
        params.threads = threads;
        shl_statistics * statistics = nullptr;
        EXPECT_EQ(shl_statistics_new(model.get(), &params, &statistics), SHL_OK) << shl_last_error();
        return Statistics(statistics);
    }

    static void add(shl_statistics * statistics, const std::vector<int32_t> & chunk) {
        EXPECT_EQ(shl_statistics_add(statistics, chunk.data(), static_cast<int32_t>(chunk.size())), SHL_OK)
            << shl_last_error();
    }

    static shl_statistics_info info(const shl_statistics * statistics, int32_t index) {
        shl_statistics_info read;
        EXPECT_EQ(shl_statistics_read(statistics, index, &read), SHL_OK);
        return read;
    }

    static std::vector<double> values(const shl_statistics * statistics, int32_t index, int32_t statistic) {
        std::vector<double> read(static_cast<size_t>(info(statistics, index).values));
        EXPECT_EQ(shl_statistics_values(statistics, index, statistic, read.data(), static_cast<int32_t>(read.size())),
            SHL_OK);
        return read;
    }
};

TEST_F(StatisticsTest, OfTwoChunksAreThoseOfAPlainSum) {
    const std::vector<std::vector<int32_t>> chunks{tokens(200, 1), tokens(CONTEXT, 2)};
    auto seen = plain(model.get(), chunks);
    const auto statistics = open();
    for (const char * wanted : {"blk.0.attn_q.weight", "blk.1.ffn_down.weight"}) {
        ASSERT_EQ(shl_statistics_want_gram(statistics.get(), wanted), SHL_OK);
    }
    for (const auto & chunk : chunks) {
        add(statistics.get(), chunk);
    }
    ASSERT_EQ(shl_statistics_count(statistics.get()), 14);
    for (int32_t w = 0; w < 14; ++w) {
        const auto weight = info(statistics.get(), w);
        const auto & x = seen.inputs.at(weight.name);
        const auto columns = static_cast<size_t>(weight.columns);
        ASSERT_EQ(x.size(), columns * (200 + CONTEXT)) << weight.name;
        ASSERT_EQ(weight.values, weight.columns);
        std::vector<double> squares(columns), sums(columns);
        for (size_t i = 0; i < x.size(); ++i) {
            squares[i % columns] += double{x[i]} * double{x[i]};
            sums[i % columns] += double{x[i]};
        }
        // The first of those that share an input is the one that is computed first.
        const std::string name = weight.name;
        EXPECT_EQ(weight.input == w,
            name.find("attn_k") == std::string::npos && name.find("attn_v") == std::string::npos
                && name.find("ffn_up") == std::string::npos)
            << name << " has the input of " << info(statistics.get(), weight.input).name;
        const auto found_squares = values(statistics.get(), w, SHL_STATISTIC_SQUARES);
        const auto found_sums = values(statistics.get(), w, SHL_STATISTIC_SUMS);
        for (size_t i = 0; i < columns; ++i) {
            EXPECT_NEAR(found_squares[i], squares[i], 1e-9 * squares[i]) << name << " column " << i;
            EXPECT_NEAR(found_sums[i], sums[i], 1e-6) << name << " column " << i;
        }
        double count = 0;
        ASSERT_EQ(shl_statistics_values(statistics.get(), w, SHL_STATISTIC_COUNTS, &count, 1), SHL_OK);
        EXPECT_EQ(count, 200 + CONTEXT);
        EXPECT_EQ(weight.gram, name == "blk.0.attn_q.weight" || name == "blk.1.ffn_down.weight");
        if (weight.gram) {
            std::vector<float> gram(columns * columns);
            ASSERT_EQ(shl_statistics_gram(statistics.get(), w, gram.data(), static_cast<int64_t>(gram.size())), SHL_OK);
            for (size_t i = 0; i < columns; ++i) {
                EXPECT_NEAR(double{gram[i * columns + i]}, squares[i], 1e-5 * squares[i]);
            }
        }
    }
    ASSERT_EQ(shl_statistics_blocks(statistics.get()), 2);
    for (int32_t b = 0; b < 2; ++b) {
        const auto number = std::to_string(b);
        const auto & before = seen.states.at(b == 0 ? "embd" : "l_out-0");
        shl_block_cosines cosines;
        ASSERT_EQ(shl_statistics_block(statistics.get(), b, &cosines), SHL_OK);
        EXPECT_NEAR(cosines.block, cosine(before, seen.states.at("l_out-" + number)), 1e-9);
        EXPECT_NEAR(cosines.attention, cosine(before, seen.states.at("ffn_inp-" + number)), 1e-9);
        EXPECT_NEAR(
            cosines.feed_forward, cosine(seen.states.at("ffn_inp-" + number), seen.states.at("l_out-" + number)), 1e-9);
    }
}

TEST_F(StatisticsTest, AreTheSameForAnyCountOfThreads) {
    std::vector<std::vector<double>> first;
    std::vector<float> first_gram;
    for (const int32_t threads : {1, 2, 4}) {
        const auto statistics = open(threads);
        ASSERT_EQ(shl_statistics_want_gram(statistics.get(), "blk.1.ffn_down.weight"), SHL_OK);
        add(statistics.get(), tokens(CONTEXT, 3));
        std::vector<std::vector<double>> all;
        std::vector<float> gram;
        for (int32_t w = 0; w < shl_statistics_count(statistics.get()); ++w) {
            all.push_back(values(statistics.get(), w, SHL_STATISTIC_SQUARES));
            all.push_back(values(statistics.get(), w, SHL_STATISTIC_SUMS));
            const auto read = info(statistics.get(), w);
            if (read.gram) {
                gram.resize(static_cast<size_t>(read.columns * read.columns));
                ASSERT_EQ(
                    shl_statistics_gram(statistics.get(), w, gram.data(), static_cast<int64_t>(gram.size())), SHL_OK);
            }
        }
        ASSERT_FALSE(gram.empty());
        if (threads == 1) {
            first = all;
            first_gram = gram;
        }
        EXPECT_EQ(all, first) << threads << " threads";
        EXPECT_EQ(gram, first_gram) << threads << " threads";
    }
}

TEST_F(StatisticsTest, StepGivesTheStatesOfItsLastBlock) {
    const auto chunk = tokens(100, 6);
    auto seen = plain(model.get(), {chunk});
    for (const int32_t block : {0, 1}) {
        const auto statistics = open(2, CONTEXT, block);
        std::vector<float> out(100 * WIDTH);
        ASSERT_EQ(shl_statistics_step(statistics.get(), chunk.data(), nullptr, 100, false, out.data()), SHL_OK)
            << shl_last_error();
        EXPECT_EQ(out, seen.states.at("l_out-" + std::to_string(block)));
        // What the embeddings of the tokens are may come from outside.
        const auto & embeddings = seen.states.at("embd");
        std::vector<float> again(out.size());
        ASSERT_EQ(shl_statistics_step(statistics.get(), nullptr, embeddings.data(), 100, false, again.data()), SHL_OK)
            << shl_last_error();
        EXPECT_EQ(again, out);
    }
    float number = 0;
    EXPECT_EQ(shl_statistics_step(open().get(), chunk.data(), nullptr, 100, false, &number), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_step(open().get(), chunk.data(), &number, 100, false, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_step(open().get(), nullptr, nullptr, 100, false, nullptr), SHL_INVALID_ARGUMENT);
}

TEST_F(StatisticsTest, StatesThatAreWantedAreKeptForTheLastChunk) {
    const auto statistics = open(2, CONTEXT, 1);
    auto * const it = statistics.get();
    ASSERT_EQ(shl_statistics_want_states(it, 0, SHL_BLOCK_FEED_FORWARD), SHL_OK);
    ASSERT_EQ(shl_statistics_want_states(it, 0, SHL_BLOCK_END), SHL_OK);
    ASSERT_EQ(shl_statistics_want_states(it, 1, SHL_BLOCK_END), SHL_OK);
    std::vector<float> out(100 * WIDTH);
    const auto capacity = static_cast<int64_t>(out.size());
    for (const int32_t seed : {6, 7}) {
        const auto chunk = tokens(100, seed);
        auto seen = plain(model.get(), {chunk});
        add(it, chunk);
        ASSERT_EQ(shl_statistics_states(it, 0, SHL_BLOCK_FEED_FORWARD, out.data(), capacity), SHL_OK);
        EXPECT_EQ(out, seen.states.at("ffn_inp-0"));
        ASSERT_EQ(shl_statistics_states(it, 0, SHL_BLOCK_END, out.data(), capacity), SHL_OK);
        EXPECT_EQ(out, seen.states.at("l_out-0"));
        ASSERT_EQ(shl_statistics_states(it, 1, SHL_BLOCK_END, out.data(), capacity), SHL_OK);
        EXPECT_EQ(out, seen.states.at("l_out-1"));
    }
    EXPECT_EQ(shl_statistics_states(it, 1, SHL_BLOCK_FEED_FORWARD, out.data(), capacity), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_states(it, 1, SHL_BLOCK_END, out.data(), capacity - 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_want_states(it, 1, SHL_BLOCK_END), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_want_states(open().get(), 0, 2), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_want_states(open().get(), -1, SHL_BLOCK_END), SHL_INVALID_ARGUMENT);
    const auto narrow = open(2, CONTEXT, 0);
    ASSERT_EQ(shl_statistics_want_states(narrow.get(), 1, SHL_BLOCK_END), SHL_OK);
    add(narrow.get(), tokens(100, 6));
    EXPECT_EQ(shl_statistics_states(narrow.get(), 1, SHL_BLOCK_END, out.data(), capacity), SHL_UNSUPPORTED);
}

TEST_F(StatisticsTest, CrossIsTheSumOverWhatWentInTwice) {
    const char * const wanted = "blk.1.ffn_down.weight";
    std::vector<float> first;
    for (const int32_t threads : {1, 2, 4}) {
        const auto statistics = open(threads, CONTEXT, 1);
        EXPECT_EQ(shl_statistics_want_cross(statistics.get(), wanted), SHL_INVALID_ARGUMENT);
        ASSERT_EQ(shl_statistics_want_gram(statistics.get(), wanted), SHL_OK);
        ASSERT_EQ(shl_statistics_want_cross(statistics.get(), wanted), SHL_OK);
        std::vector<double> expected;
        size_t columns = 0;
        for (const int32_t seed : {1, 2}) {
            const auto exact = tokens(60, seed);
            const auto other = tokens(60, seed + 10);
            for (const bool is_exact : {true, false}) {
                ASSERT_EQ(shl_statistics_step(
                              statistics.get(), (is_exact ? exact : other).data(), nullptr, 60, is_exact, nullptr),
                    SHL_OK)
                    << shl_last_error();
            }
            const auto a = plain(model.get(), {exact}).inputs.at(wanted);
            const auto x = plain(model.get(), {other}).inputs.at(wanted);
            columns = x.size() / 60;
            expected.resize(columns * columns);
            for (size_t row = 0; row < 60; ++row) {
                for (size_t i = 0; i < columns; ++i) {
                    const double difference = double{a[row * columns + i]} - double{x[row * columns + i]};
                    for (size_t j = 0; j < columns; ++j) {
                        expected[i * columns + j] += difference * double{x[row * columns + j]};
                    }
                }
            }
        }
        ASSERT_EQ(shl_statistics_count(statistics.get()), 1);
        double count = 0;
        ASSERT_EQ(shl_statistics_values(statistics.get(), 0, SHL_STATISTIC_COUNTS, &count, 1), SHL_OK);
        EXPECT_EQ(count, 120);
        std::vector<float> cross(columns * columns);
        const auto size = static_cast<int64_t>(cross.size());
        EXPECT_EQ(shl_statistics_take_cross(statistics.get(), 0, cross.data(), size - 1), SHL_INVALID_ARGUMENT);
        EXPECT_EQ(shl_statistics_take_cross(statistics.get(), 1, cross.data(), size), SHL_INVALID_ARGUMENT);
        ASSERT_EQ(shl_statistics_take_cross(statistics.get(), 0, cross.data(), size), SHL_OK) << shl_last_error();
        EXPECT_EQ(shl_statistics_take_cross(statistics.get(), 0, cross.data(), size), SHL_INVALID_ARGUMENT);
        double largest = 0;
        double error = 0;
        for (size_t i = 0; i < cross.size(); ++i) {
            largest = std::max(largest, std::fabs(expected[i]));
            error = std::max(error, std::fabs(double{cross[i]} - expected[i]));
        }
        EXPECT_GT(largest, 0);
        EXPECT_LT(error, 1e-5 * largest);
        first = threads == 1 ? cross : first;
        EXPECT_EQ(cross, first) << threads << " threads";
        EXPECT_EQ(shl_statistics_want_cross(statistics.get(), wanted), SHL_INVALID_ARGUMENT);
    }
    const auto statistics = open(1, CONTEXT, 1);
    ASSERT_EQ(shl_statistics_want_gram(statistics.get(), wanted), SHL_OK);
    ASSERT_EQ(shl_statistics_want_cross(statistics.get(), wanted), SHL_OK);
    const auto chunk = tokens(60, 3);
    ASSERT_EQ(shl_statistics_step(statistics.get(), chunk.data(), nullptr, 30, true, nullptr), SHL_OK);
    EXPECT_EQ(shl_statistics_step(statistics.get(), chunk.data(), nullptr, 60, false, nullptr), SHL_FAILED);
}

TEST_F(StatisticsTest, CancelStopsTheNextChunk) {
    const auto statistics = open();
    shl_statistics_cancel(statistics.get());
    const auto chunk = tokens(64, 4);
    EXPECT_EQ(shl_statistics_add(statistics.get(), chunk.data(), 64), SHL_CANCELLED);
}

TEST_F(StatisticsTest, BadArgumentsAreRefused) {
    shl_statistics_params params;
    shl_statistics_params_default(&params);
    shl_statistics * made = nullptr;
    EXPECT_EQ(shl_statistics_new(nullptr, &params, &made), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_new(model.get(), nullptr, &made), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_new(model.get(), &params, nullptr), SHL_INVALID_ARGUMENT);
    params.chunk_tokens = 15;
    EXPECT_EQ(shl_statistics_new(model.get(), &params, &made), SHL_INVALID_ARGUMENT);
    shl_statistics_params_default(&params);
    params.threads = -1;
    EXPECT_EQ(shl_statistics_new(model.get(), &params, &made), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(made, nullptr);

    const auto statistics = open();
    auto chunk = tokens(CONTEXT, 5);
    EXPECT_EQ(shl_statistics_add(statistics.get(), chunk.data(), 15), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_add(statistics.get(), chunk.data(), CONTEXT + 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_add(statistics.get(), nullptr, 16), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_add(nullptr, chunk.data(), 16), SHL_INVALID_ARGUMENT);
    chunk[3] = VOCABULARY;
    EXPECT_EQ(shl_statistics_add(statistics.get(), chunk.data(), 16), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_want_gram(statistics.get(), nullptr), SHL_INVALID_ARGUMENT);
    chunk[3] = 3;
    add(statistics.get(), chunk);
    EXPECT_EQ(shl_statistics_want_gram(statistics.get(), "x"), SHL_INVALID_ARGUMENT);

    shl_statistics_info read;
    shl_block_cosines cosines;
    double one = 0;
    float number = 0;
    for (const int32_t index : {-1, 14}) {
        EXPECT_EQ(shl_statistics_read(statistics.get(), index, &read), SHL_INVALID_ARGUMENT);
        EXPECT_EQ(shl_statistics_values(statistics.get(), index, 0, &one, 1), SHL_INVALID_ARGUMENT);
        EXPECT_EQ(shl_statistics_gram(statistics.get(), index, &number, 1), SHL_INVALID_ARGUMENT);
        EXPECT_EQ(shl_statistics_block(statistics.get(), index, &cosines), SHL_INVALID_ARGUMENT);
    }
    EXPECT_EQ(shl_statistics_read(statistics.get(), 0, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_read(nullptr, 0, &read), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_values(statistics.get(), 0, 3, &one, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_values(statistics.get(), 0, 0, nullptr, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_values(statistics.get(), 0, 0, &one, -1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_gram(statistics.get(), 0, &number, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_block(statistics.get(), 0, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_statistics_count(nullptr), 0);
    EXPECT_EQ(shl_statistics_blocks(nullptr), 0);
    shl_statistics_params_default(nullptr);
    shl_statistics_cancel(nullptr);
}

TEST(GramTest, IsTheSumOfOuterProducts) {
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    for (const int64_t columns : {1, 15, 16, 33, 64}) {
        for (const int64_t count : {1, 16, 513}) {
            const int64_t stride = columns + 3;
            std::vector<float> x(static_cast<size_t>(stride * count));
            for (auto & value : x) {
                value = normal(random);
            }
            gram::Gram sum(columns);
            gram::Packed packed;
            sum.add(x.data(), static_cast<size_t>(stride) * sizeof(float), count, 2, packed);
            sum.add(x.data(), static_cast<size_t>(stride) * sizeof(float), count, 3, packed);
            std::vector<float> found(static_cast<size_t>(columns * columns));
            sum.copy(found.data());
            for (int64_t i = 0; i < columns; ++i) {
                for (int64_t j = 0; j < columns; ++j) {
                    double expected = 0;
                    for (int64_t row = 0; row < count; ++row) {
                        expected += 2 * double{x[static_cast<size_t>(row * stride + i)]}
                            * double{x[static_cast<size_t>(row * stride + j)]};
                    }
                    EXPECT_NEAR(double{found[static_cast<size_t>(i * columns + j)]}, expected,
                        1e-5 * static_cast<double>(count));
                }
            }
        }
    }
}

} // namespace
