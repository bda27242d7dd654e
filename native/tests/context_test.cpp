#include "fixture.h"

#include "ggml.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

using namespace fixture;

namespace {

class ContextTest : public Counted {
protected:
    Model model;
    shl_context_params params{};

    void SetUp() override {
        load_backend();
        Counted::SetUp();
        model = load(decoder_file());
        params = small_params();
    }

    void TearDown() override {
        model.reset();
        Counted::TearDown();
    }

    shl_status refusal() {
        shl_context * context = nullptr;
        const auto status = shl_context_new(model.get(), &params, &context);
        EXPECT_EQ(context != nullptr, status == SHL_OK);
        shl_context_free(context);
        return status;
    }

    static std::vector<float> logits(shl_context * context, int32_t index) {
        std::vector<float> values(VOCABULARY);
        EXPECT_EQ(shl_logits(context, index, values.data(), VOCABULARY), SHL_OK) << shl_last_error();
        return values;
    }

    static std::pair<int32_t, int32_t> range(shl_context * context, int32_t sequence) {
        std::pair<int32_t, int32_t> r;
        EXPECT_EQ(shl_memory_range(context, sequence, &r.first, &r.second), SHL_OK);
        return r;
    }

    // Embeddings of [CLS] sheep graze [SEP] and so on, one sequence of `size` tokens in each.
    static void embed(shl_context * context, const std::vector<int32_t> & sizes) {
        shl_batch_clear(context);
        for (size_t s = 0; s < sizes.size(); ++s) {
            std::vector<int32_t> tokens;
            for (int32_t i = 0; i < sizes[s]; ++i) {
                tokens.push_back(2 + (i + static_cast<int32_t>(s)) % 8);
            }
            EXPECT_EQ(
                shl_batch_add(context, static_cast<int32_t>(s), 0, tokens.data(), sizes[s], SHL_OUTPUTS_ALL, nullptr),
                SHL_OK)
                << shl_last_error();
        }
        EXPECT_EQ(shl_context_decode(context), SHL_OK) << shl_last_error();
    }

    static std::vector<float> sequence(shl_context * context, int32_t number, int32_t size = WIDTH) {
        std::vector<float> values(static_cast<size_t>(size), -1000);
        EXPECT_EQ(shl_embedding_sequence(context, number, values.data(), size), SHL_OK) << shl_last_error();
        return values;
    }

    static std::vector<float> token(shl_context * context, int32_t index) {
        std::vector<float> values(WIDTH, -1000);
        EXPECT_EQ(shl_embedding_token(context, index, values.data(), WIDTH), SHL_OK) << shl_last_error();
        return values;
    }

    static void expect_near(const std::vector<float> & a, const std::vector<float> & b) {
        ASSERT_EQ(a.size(), b.size());
        for (size_t i = 0; i < a.size(); ++i) {
            EXPECT_NEAR(a[i], b[i], 1e-4f * std::max(1.0f, std::fabs(a[i]))) << i;
        }
    }
};

} // namespace

TEST_F(ContextTest, read_defaults_told) {
    shl_context_params defaults;
    shl_context_params_default(&defaults);
    const auto context = open(model.get(), defaults);
    shl_context_info info;
    ASSERT_EQ(shl_context_read(context.get(), &info), SHL_OK);
    EXPECT_EQ(info.context_tokens, CONTEXT);
    EXPECT_EQ(info.sequence_count, 1);
    EXPECT_EQ(info.batch_tokens, CONTEXT); // a causal batch is never larger than the context
    EXPECT_GE(info.threads, 1);
    EXPECT_EQ(info.threads_batch, info.threads);
    EXPECT_EQ(info.pooling, SHL_POOLING_NONE);
    EXPECT_TRUE(info.has_memory);
    EXPECT_TRUE(info.can_shift);
    EXPECT_EQ(info.memory_bytes, 2LL * 2 * CONTEXT * 32 * 2); // K and V, layers, cells, width, f16
    EXPECT_GT(info.compute_bytes, 0);
    EXPECT_EQ(counters().context_bytes, info.memory_bytes + info.compute_bytes);
    EXPECT_EQ(
        llama_n_ctx(static_cast<llama_context *>(shl_context_native(context.get()))), static_cast<uint32_t>(CONTEXT));
}

TEST_F(ContextTest, new_parametersOutOfRange_refused) {
    const auto refused = [&](auto change) {
        params = small_params();
        change(params);
        EXPECT_EQ(refusal(), SHL_INVALID_ARGUMENT) << shl_last_error();
    };
    const float nan = std::numeric_limits<float>::quiet_NaN();
    refused([](auto & p) { p.context_tokens = -1; });
    refused([](auto & p) { p.context_tokens = std::numeric_limits<int32_t>::max(); });
    refused([](auto & p) {
        p.context_tokens = 1 << 28;
        p.sequence_count = 64;
    });
    refused([](auto & p) { p.sequence_count = 0; });
    refused([](auto & p) {
        p.sequence_count = 8;
        p.batch_tokens = 7;
    });
    refused([](auto & p) { p.sequence_count = 100000; });
    refused([](auto & p) { p.batch_tokens = 0; });
    refused([](auto & p) { p.micro_batch_tokens = 0; });
    refused([](auto & p) { p.threads = -1; });
    refused([](auto & p) { p.threads = 513; });
    refused([](auto & p) { p.threads_batch = 513; });
    refused([](auto & p) { p.poll = 101; });
    refused([](auto & p) { p.priority = 4; });
    refused([](auto & p) { p.type_k = GGML_TYPE_Q4_K; });
    refused([](auto & p) { p.type_v = -1; });
    refused([](auto & p) { p.type_v = 4; });
    refused([](auto & p) { p.flash_attention = 2; });
    refused([](auto & p) { p.pooling = 5; });
    refused([](auto & p) { p.pooling = SHL_POOLING_MEAN; }); // without embeddings
    refused([](auto & p) { p.attention = 2; });
    refused([&](auto & p) { p.rope_frequency_base = nan; });
    refused([](auto & p) { p.rope_frequency_scale = -1; });
    shl_context * context = nullptr;
    EXPECT_EQ(shl_context_new(nullptr, &params, &context), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_context_new(model.get(), nullptr, &context), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_context_new(model.get(), &params, nullptr), SHL_INVALID_ARGUMENT);
    shl_context_params_default(nullptr);
}

TEST_F(ContextTest, new_impossibleForModel_unsupported) {
    params.embeddings = true;
    params.pooling = SHL_POOLING_RANK;
    EXPECT_EQ(refusal(), SHL_UNSUPPORTED); // no classifier
    params = small_params();
    params.type_v = GGML_TYPE_Q8_0;
    params.flash_attention = 0;
    EXPECT_EQ(refusal(), SHL_UNSUPPORTED);
    params = small_params();
    model = load(encoder_file());
    EXPECT_EQ(refusal(), SHL_UNSUPPORTED); // gives embeddings only
    params.embeddings = true;
    params.type_k = GGML_TYPE_Q8_0;
    EXPECT_EQ(refusal(), SHL_UNSUPPORTED); // heads of 16
}

TEST_F(ContextTest, decode_everyCacheType_nearF32) {
    params.type_k = params.type_v = GGML_TYPE_F32;
    auto context = open(model.get(), params);
    const auto expected = logits(context.get(), decode(context.get(), 20));
    for (const int32_t type : {GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q5_1, GGML_TYPE_IQ4_NL}) {
        for (const int32_t flash : {-1, 1}) {
            params.type_k = params.type_v = type;
            params.flash_attention = flash;
            context = open(model.get(), params);
            const auto got = logits(context.get(), decode(context.get(), 20));
            double difference = 0;
            double size = 0;
            for (size_t i = 0; i < got.size(); ++i) {
                difference += std::pow(got[i] - expected[i], 2);
                size += std::pow(expected[i], 2);
            }
            EXPECT_LT(difference, 0.1 * size) << type;
        }
    }
}

TEST_F(ContextTest, decode_inPieces_sameLogits) {
    const auto context = open(model.get(), params);
    const auto whole = logits(context.get(), decode(context.get(), 30));
    bool removed = false;
    ASSERT_EQ(shl_memory_remove(context.get(), 0, 0, -1, &removed), SHL_OK);
    EXPECT_TRUE(removed);
    EXPECT_EQ(range(context.get(), 0), std::make_pair(-1, -1));
    decode(context.get(), 13);
    EXPECT_EQ(range(context.get(), 0), std::make_pair(0, 12));
    const auto pieces = logits(context.get(), decode(context.get(), 17, 13));
    expect_near(whole, pieces);
}

TEST_F(ContextTest, decode_threadsDiffer_bothPoolsWork) {
    params.threads = 1;
    params.threads_batch = 2;
    params.poll = 10;
    params.priority = -1;
    const auto context = open(model.get(), params);
    for (int32_t position = 0; position < 60; position += 6) {
        decode(context.get(), 5, position);
        decode(context.get(), 1, position + 5);
    }
    EXPECT_EQ(range(context.get(), 0), std::make_pair(0, 59));
}

TEST_F(ContextTest, decode_besideBusyNeighbours_sameResultsWithWhateverThreads) {
    params.threads = 1;
    const auto calm = open(model.get(), params);
    params.threads = 0;
    const auto paced = open(model.get(), params);
    std::atomic<bool> done{false};
    std::vector<std::thread> neighbours;
    for (unsigned i = 0; i < 4 * std::max(1u, std::thread::hardware_concurrency()); ++i) {
        neighbours.emplace_back([&] {
            while (!done.load(std::memory_order_relaxed)) {
            }
        });
    }
    for (int32_t position = 0; position < 40; ++position) {
        const auto expected = logits(calm.get(), decode(calm.get(), 1, position));
        expect_near(expected, logits(paced.get(), decode(paced.get(), 1, position)));
        EXPECT_EQ(range(paced.get(), 0), std::make_pair(0, position)) << "a step that is begun anew is there once";
        EXPECT_GE(shl_context_threads(paced.get()), 1);
    }
    done = true;
    for (auto & neighbour : neighbours) {
        neighbour.join();
    }
}

TEST_F(ContextTest, shift_thenDecodeWithACancel_movesAllOrNothing) {
    params.threads = 1;
    const auto moved = open(model.get(), params);
    const auto cancelled = open(model.get(), params);
    for (auto * const context : {moved.get(), cancelled.get()}) {
        decode(context, 20);
        bool removed = false;
        ASSERT_EQ(shl_memory_remove(context, 0, 2, 10, &removed), SHL_OK);
        ASSERT_EQ(shl_memory_shift(context, 0, 10, -1, -8), SHL_OK) << shl_last_error();
    }
    const int32_t token = 7;
    std::thread canceller([&] {
        for (int i = 0; i < 1000; ++i) {
            shl_context_cancel(cancelled.get());
        }
    });
    for (int i = 0; i < 20; ++i) { // whatever the cancels hit, what is in memory stays whole
        shl_batch_clear(cancelled.get());
        ASSERT_EQ(shl_batch_add(cancelled.get(), 0, 12, &token, 1, SHL_OUTPUTS_LAST, nullptr), SHL_OK);
        if (shl_context_decode(cancelled.get()) == SHL_OK) {
            bool removed = false;
            ASSERT_EQ(shl_memory_remove(cancelled.get(), 0, 12, -1, &removed), SHL_OK);
        }
    }
    canceller.join();
    shl_context_cancel_clear(cancelled.get());
    expect_near(
        logits(moved.get(), decode(moved.get(), 3, 12)), logits(cancelled.get(), decode(cancelled.get(), 3, 12)));
}

TEST_F(ContextTest, decode_twoSequences_asAlone) {
    for (const bool unified : {false, true}) {
        params.sequence_count = 2;
        params.unified = unified;
        const auto context = open(model.get(), params);
        const std::vector<int32_t> a{3, 4, 5};
        const std::vector<int32_t> b{6, 7, 8, 9};
        int32_t at_a = -1;
        int32_t at_b = -1;
        ASSERT_EQ(shl_batch_add(context.get(), 0, 0, a.data(), 3, SHL_OUTPUTS_LAST, &at_a), SHL_OK);
        ASSERT_EQ(shl_batch_add(context.get(), 1, 0, b.data(), 4, SHL_OUTPUTS_ALL, &at_b), SHL_OK);
        EXPECT_EQ(at_a, 0);
        EXPECT_EQ(at_b, 3);
        ASSERT_EQ(shl_context_decode(context.get()), SHL_OK) << shl_last_error();
        const auto together = logits(context.get(), 6);
        EXPECT_EQ(shl_logits(context.get(), 1, nullptr, 0), SHL_INVALID_ARGUMENT);
        float one = 0;
        EXPECT_EQ(shl_logits(context.get(), 1, &one, 1), SHL_INVALID_ARGUMENT); // no output was asked for
        EXPECT_EQ(shl_logits(context.get(), 7, &one, 1), SHL_INVALID_ARGUMENT);
        EXPECT_EQ(shl_logits(context.get(), -1, &one, 1), SHL_INVALID_ARGUMENT);
        EXPECT_EQ(shl_logits(context.get(), 2, &one, 1), SHL_OK);
        bool removed = false;
        ASSERT_EQ(shl_memory_remove(context.get(), 0, 0, -1, &removed), SHL_OK);
        shl_batch_clear(context.get());
        ASSERT_EQ(shl_batch_add(context.get(), 0, 0, b.data(), 4, SHL_OUTPUTS_LAST, &at_a), SHL_OK);
        ASSERT_EQ(shl_context_decode(context.get()), SHL_OK);
        expect_near(together, logits(context.get(), 3));
    }
}

TEST_F(ContextTest, batch_badRuns_refusedAndUnchanged) {
    const auto context = open(model.get(), params);
    const std::vector<int32_t> tokens(65, 5);
    const std::vector<int32_t> bad{5, VOCABULARY};
    const std::vector<int32_t> negative{-1};
    int32_t first = -7;
    const auto add = [&](int32_t sequence, int32_t position, const int32_t * run, int32_t count, int32_t outputs) {
        return shl_batch_add(context.get(), sequence, position, run, count, outputs, &first);
    };
    EXPECT_EQ(shl_context_decode(context.get()), SHL_INVALID_ARGUMENT); // empty
    EXPECT_EQ(add(0, 0, tokens.data(), 65, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(add(0, 0, tokens.data(), 0, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(add(0, 0, nullptr, 1, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(add(0, 0, bad.data(), 2, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(add(0, 0, negative.data(), 1, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(add(1, 0, tokens.data(), 1, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(add(-1, 0, tokens.data(), 1, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(add(0, -1, tokens.data(), 1, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(add(0, std::numeric_limits<int32_t>::max(), tokens.data(), 2, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(add(0, 0, tokens.data(), 1, 3), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_batch_add(nullptr, 0, 0, tokens.data(), 1, 1, &first), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(first, -7);
    EXPECT_EQ(add(0, 0, tokens.data(), 60, 1), SHL_OK);
    EXPECT_EQ(add(0, 70, tokens.data(), 1, 1), SHL_INVALID_ARGUMENT); // a gap
    EXPECT_EQ(add(0, 59, tokens.data(), 1, 1), SHL_INVALID_ARGUMENT); // twice
    EXPECT_EQ(add(0, 60, tokens.data(), 5, 1), SHL_INVALID_ARGUMENT); // no room
    EXPECT_EQ(add(0, 60, tokens.data(), 4, 1), SHL_OK);
    EXPECT_EQ(first, 60);
    EXPECT_EQ(shl_context_decode(context.get()), SHL_OK);
    EXPECT_EQ(shl_context_decode(context.get()), SHL_INVALID_ARGUMENT); // the same positions once more
    EXPECT_NE(std::string(shl_last_error()).find("position 64"), std::string::npos) << shl_last_error();
    EXPECT_EQ(shl_context_decode(nullptr), SHL_INVALID_ARGUMENT);
    shl_batch_clear(nullptr);
}

TEST_F(ContextTest, decode_full_noRoom) {
    const auto context = open(model.get(), params);
    for (int32_t position = 0; position < CONTEXT; position += 64) {
        decode(context.get(), 64, position);
    }
    const int32_t one = 5;
    shl_batch_clear(context.get());
    ASSERT_EQ(shl_batch_add(context.get(), 0, CONTEXT, &one, 1, 1, nullptr), SHL_OK);
    EXPECT_EQ(shl_context_decode(context.get()), SHL_NO_ROOM);
    EXPECT_EQ(range(context.get(), 0), std::make_pair(0, CONTEXT - 1));
    float value = 0;
    EXPECT_EQ(shl_logits(context.get(), 0, &value, 1), SHL_INVALID_ARGUMENT); // nothing came out
    // Slide: forget the first half, move the rest, go on.
    bool removed = false;
    ASSERT_EQ(shl_memory_remove(context.get(), 0, 0, CONTEXT / 2, &removed), SHL_OK);
    ASSERT_EQ(shl_memory_shift(context.get(), 0, CONTEXT / 2, -1, -CONTEXT / 2), SHL_OK);
    EXPECT_EQ(range(context.get(), 0), std::make_pair(0, CONTEXT / 2 - 1));
    decode(context.get(), 3, CONTEXT / 2);
}

TEST_F(ContextTest, memory_badRanges_refused) {
    const auto context = open(model.get(), params);
    decode(context.get(), 5);
    bool removed = false;
    int32_t position = 0;
    EXPECT_EQ(shl_memory_remove(context.get(), 1, 0, -1, &removed), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_remove(context.get(), 0, -1, -1, &removed), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_remove(context.get(), 0, 4, 2, &removed), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_remove(context.get(), 0, 0, -1, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_remove(nullptr, 0, 0, -1, &removed), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_shift(nullptr, 0, 0, -1, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_shift(context.get(), 0, 0, -1, std::numeric_limits<int32_t>::max()), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_copy(context.get(), 0, 1, 0, -1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_copy(nullptr, 0, 0, 0, -1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_range(context.get(), 2, &position, &position), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_range(context.get(), 0, nullptr, &position), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_memory_range(nullptr, 0, &position, &position), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(range(context.get(), 0), std::make_pair(0, 4));
}

TEST_F(ContextTest, copy_wholeAndPart_sameContinuation) {
    for (const bool unified : {false, true}) {
        params.sequence_count = 3;
        params.unified = unified;
        const auto context = open(model.get(), params);
        decode(context.get(), 12);
        ASSERT_EQ(shl_memory_copy(context.get(), 0, 1, 0, -1), SHL_OK) << shl_last_error();
        EXPECT_EQ(range(context.get(), 1), std::make_pair(0, 11));
        EXPECT_EQ(shl_memory_copy(context.get(), 0, 1, 0, -1), SHL_INVALID_ARGUMENT); // not empty
        EXPECT_EQ(shl_memory_copy(context.get(), 0, 2, 0, 6), unified ? SHL_OK : SHL_UNSUPPORTED);
        const auto one = logits(context.get(), decode(context.get(), 4, 12, 0));
        expect_near(one, logits(context.get(), decode(context.get(), 4, 12, 1)));
    }
}

TEST_F(ContextTest, cancel_beforeDecode_consumedOnce) {
    const auto context = open(model.get(), params);
    const int32_t token = 5;
    ASSERT_EQ(shl_batch_add(context.get(), 0, 0, &token, 1, 1, nullptr), SHL_OK);
    shl_context_cancel(context.get());
    EXPECT_EQ(shl_context_decode(context.get()), SHL_CANCELLED);
    EXPECT_EQ(range(context.get(), 0), std::make_pair(-1, -1));
    EXPECT_EQ(shl_context_decode(context.get()), SHL_OK);
    shl_context_cancel(context.get());
    shl_context_cancel_clear(context.get());
    decode(context.get(), 1, 1);
    shl_context_cancel(nullptr);
    shl_context_cancel_clear(nullptr);
}

TEST_F(ContextTest, cancel_fromOtherThread_stopsSoon) {
    params.context_tokens = 16384;
    params.batch_tokens = 16384;
    params.micro_batch_tokens = 64;
    const auto context = open(model.get(), params);
    const std::vector<int32_t> tokens(16384, 5);
    ASSERT_EQ(shl_batch_add(context.get(), 0, 0, tokens.data(), 16384, SHL_OUTPUTS_LAST, nullptr), SHL_OK);
    std::atomic<int64_t> when{0};
    const auto now = [] { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::milliseconds(1); };
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        when = now();
        shl_context_cancel(context.get());
    });
    const auto status = shl_context_decode(context.get());
    const int64_t late = now() - when;
    other.join();
    ASSERT_EQ(status, SHL_CANCELLED) << shl_last_error();
    EXPECT_LT(late, 250);
    const auto [first, last] = range(context.get(), 0);
    EXPECT_LT(last, 16383);
    EXPECT_EQ((last + 1) % 64, 0) << "whole pieces stay";
    decode(context.get(), 1, last + 1); // and the context goes on
}

TEST_F(ContextTest, embeddings_encoderPoolings_agree) {
    model = load(encoder_file());
    params.context_tokens = POSITIONS;
    params.embeddings = true;
    params.sequence_count = 2;
    params.pooling = SHL_POOLING_NONE;
    auto context = open(model.get(), params);
    shl_context_info info;
    ASSERT_EQ(shl_context_read(context.get(), &info), SHL_OK);
    EXPECT_FALSE(info.has_memory);
    EXPECT_FALSE(info.can_shift);
    embed(context.get(), {5, 3});
    std::vector<std::vector<float>> tokens;
    for (int32_t i = 0; i < 8; ++i) {
        tokens.push_back(token(context.get(), i));
    }
    float value = 0;
    EXPECT_EQ(shl_embedding_sequence(context.get(), 0, &value, 1), SHL_UNSUPPORTED);
    EXPECT_EQ(shl_logits(context.get(), 0, &value, 1), SHL_UNSUPPORTED);
    EXPECT_EQ(shl_embedding_token(context.get(), 8, &value, 1), SHL_INVALID_ARGUMENT);

    std::vector<float> mean(WIDTH, 0);
    for (size_t i = 0; i < 5; ++i) {
        for (size_t j = 0; j < WIDTH; ++j) {
            mean[j] += tokens[i][j] / 5;
        }
    }
    params.pooling = SHL_POOLING_MODEL; // mean
    context = open(model.get(), params);
    embed(context.get(), {5, 3});
    expect_near(mean, sequence(context.get(), 0));
    EXPECT_EQ(shl_embedding_token(context.get(), 0, &value, 1), SHL_UNSUPPORTED);
    params.pooling = SHL_POOLING_CLS;
    context = open(model.get(), params);
    embed(context.get(), {5, 3});
    expect_near(tokens[0], sequence(context.get(), 0));
    expect_near(tokens[5], sequence(context.get(), 1));
    params.pooling = SHL_POOLING_LAST;
    context = open(model.get(), params);
    embed(context.get(), {5, 3});
    expect_near(tokens[4], sequence(context.get(), 0));
    expect_near(tokens[7], sequence(context.get(), 1));
    params.pooling = SHL_POOLING_RANK;
    context = open(model.get(), params);
    embed(context.get(), {5});
    for (const float score : sequence(context.get(), 0, CLASSES)) {
        EXPECT_NE(score, -1000);
    }
    EXPECT_EQ(shl_embedding_sequence(context.get(), 1, &value, 1), SHL_INVALID_ARGUMENT); // not in the batch
    EXPECT_EQ(shl_embedding_sequence(context.get(), 2, &value, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_embedding_sequence(context.get(), 0, nullptr, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_embedding_token(nullptr, 0, &value, 1), SHL_INVALID_ARGUMENT);
}

TEST_F(ContextTest, embeddings_encoderLimits_refusedNotAborted) {
    model = load(encoder_file());
    params.context_tokens = 0;
    params.embeddings = true;
    params.sequence_count = 4;
    params.micro_batch_tokens = 40;
    params.context_tokens = 33;
    shl_context * none = nullptr;
    EXPECT_EQ(shl_context_new(model.get(), &params, &none), SHL_INVALID_ARGUMENT);
    EXPECT_NE(std::string(shl_last_error()).find("positions for 32 tokens"), std::string::npos) << shl_last_error();
    params.context_tokens = 0;
    const auto context = open(model.get(), params);
    shl_context_info info{};
    ASSERT_EQ(shl_context_read(context.get(), &info), SHL_OK);
    EXPECT_EQ(info.context_tokens, 32) << "as many as there are positions";
    const std::vector<int32_t> tokens(33, 5);
    EXPECT_EQ(shl_batch_add(context.get(), 0, 0, tokens.data(), 33, 2, nullptr), SHL_INVALID_ARGUMENT); // 32 positions
    ASSERT_EQ(shl_batch_add(context.get(), 0, 0, tokens.data(), 32, 2, nullptr), SHL_OK);
    ASSERT_EQ(shl_batch_add(context.get(), 1, 0, tokens.data(), 32, 2, nullptr), SHL_OK);
    EXPECT_EQ(shl_context_decode(context.get()), SHL_INVALID_ARGUMENT); // 64 tokens, 40 at once
    EXPECT_NE(std::string(shl_last_error()).find("micro_batch_tokens"), std::string::npos);
    embed(context.get(), {32, 8});
    embed(context.get(), {2, 2, 2, 2}); // nothing is remembered
    bool removed = false;
    EXPECT_EQ(range(context.get(), 0), std::make_pair(-1, -1));
    EXPECT_EQ(shl_memory_remove(context.get(), 0, 0, -1, &removed), SHL_OK);
    EXPECT_TRUE(removed);
    EXPECT_EQ(shl_memory_shift(context.get(), 0, 0, -1, 1), SHL_UNSUPPORTED);
    EXPECT_EQ(shl_memory_copy(context.get(), 0, 1, 0, -1), SHL_UNSUPPORTED);
}

TEST_F(ContextTest, embeddings_decoderPooled_batchAsAlone) {
    params.embeddings = true;
    params.sequence_count = 2;
    params.pooling = SHL_POOLING_MEAN;
    const auto context = open(model.get(), params);
    embed(context.get(), {9, 4}); // of different lengths: parts would be pooled alone
    const auto first = sequence(context.get(), 0);
    bool removed = false;
    ASSERT_EQ(shl_memory_remove(context.get(), 0, 0, -1, &removed), SHL_OK);
    ASSERT_EQ(shl_memory_remove(context.get(), 1, 0, -1, &removed), SHL_OK);
    embed(context.get(), {9});
    expect_near(first, sequence(context.get(), 0));
}

TEST_F(ContextTest, bytes_manyOutputs_counted) {
    const auto context = open(model.get(), params);
    const int64_t before = counters().context_bytes;
    const std::vector<int32_t> tokens(64, 5);
    ASSERT_EQ(shl_batch_add(context.get(), 0, 0, tokens.data(), 64, SHL_OUTPUTS_ALL, nullptr), SHL_OK);
    ASSERT_EQ(shl_context_decode(context.get()), SHL_OK);
    EXPECT_GE(counters().context_bytes, before + 63 * VOCABULARY * 4);
    EXPECT_EQ(shl_context_read(context.get(), nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_context_read(nullptr, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_context_native(nullptr), nullptr);
}
