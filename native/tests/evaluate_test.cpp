#include "fixture.h"

#include <cmath>
#include <fstream>

using namespace fixture;

namespace {

constexpr int32_t CHUNK = 40;
constexpr int32_t SCORED = 19; // positions 20 to 38

struct FreeEvaluation {
    void operator()(shl_evaluation * evaluation) const { shl_evaluation_free(evaluation); }
};

using Evaluation = std::unique_ptr<shl_evaluation, FreeEvaluation>;
using Scores = std::vector<double>;

class EvaluateTest : public Counted {
protected:
    Model model;
    Model base;
    shl_evaluation_params params{};

    void SetUp() override {
        load_backend();
        Counted::SetUp();
        model = load(decoder_file());
        base = load(decoder_file());
        shl_evaluation_params_default(&params);
        params.context_tokens = CHUNK;
        params.batch_tokens = 128;
        params.micro_batch_tokens = 64;
        params.threads = 1;
        params.stored = true;
    }

    void TearDown() override {
        model.reset();
        base.reset();
        Counted::TearDown();
    }

    Evaluation open(shl_model * other) {
        shl_evaluation * evaluation = nullptr;
        EXPECT_EQ(shl_evaluation_new(model.get(), other, &params, &evaluation), SHL_OK) << shl_last_error();
        return Evaluation(evaluation);
    }

    static std::vector<int32_t> text(int32_t chunks) {
        std::vector<int32_t> tokens(static_cast<size_t>(chunks * CHUNK));
        for (size_t i = 0; i < tokens.size(); ++i) {
            tokens[i] = static_cast<int32_t>(3 + (i * i * 7 + i) % 300);
        }
        return tokens;
    }

    static Scores step(const Evaluation & evaluation, int32_t chunks) {
        const auto tokens = text(chunks);
        Scores scores(static_cast<size_t>(chunks * SCORED * SHL_SCORE_COLUMNS), -1);
        EXPECT_EQ(shl_evaluation_step(evaluation.get(), 0, chunks, tokens.data(), scores.data()), SHL_OK)
            << shl_last_error();
        return scores;
    }

    static double at(const Scores & scores, int32_t row, int32_t column) {
        return scores[static_cast<size_t>(row * SHL_SCORE_COLUMNS + column)];
    }
};

} // namespace

TEST_F(EvaluateTest, new_tellsItsShape) {
    const auto evaluation = open(nullptr);
    EXPECT_EQ(shl_evaluation_chunks(evaluation.get()), 3);
    EXPECT_EQ(shl_evaluation_scored(evaluation.get()), SCORED);
}

TEST_F(EvaluateTest, step_scoresAreThoseOfAContextOfItsOwn) {
    const auto scores = step(open(nullptr), 3);
    const auto tokens = text(3);
    auto own = small_params();
    own.threads = 1;
    const auto context = fixture::open(model.get(), own);
    for (int32_t chunk = 0; chunk < 3; ++chunk) {
        bool removed = false;
        ASSERT_EQ(shl_memory_remove(context.get(), 0, 0, -1, &removed), SHL_OK);
        std::vector<int32_t> run(tokens.begin() + chunk * CHUNK, tokens.begin() + (chunk + 1) * CHUNK);
        run[0] = BOS;
        shl_batch_clear(context.get());
        ASSERT_EQ(shl_batch_add(context.get(), 0, 0, run.data(), CHUNK, SHL_OUTPUTS_ALL, nullptr), SHL_OK);
        ASSERT_EQ(shl_context_decode(context.get()), SHL_OK) << shl_last_error();
        for (int32_t i = 0; i < SCORED; ++i) {
            float logprob = 0;
            const int32_t position = CHUNK / 2 + i;
            ASSERT_EQ(shl_logprobs(context.get(), position, run[static_cast<size_t>(position) + 1], &logprob, nullptr,
                          nullptr, 0),
                SHL_OK);
            EXPECT_NEAR(at(scores, chunk * SCORED + i, SHL_SCORE_NLL), -static_cast<double>(logprob), 1e-4);
            EXPECT_EQ(at(scores, chunk * SCORED + i, SHL_SCORE_KL), 0); // nothing to compare with
        }
    }
}

TEST_F(EvaluateTest, step_againstItself_nothingApart) {
    const auto scores = step(open(base.get()), 2);
    for (int32_t row = 0; row < 2 * SCORED; ++row) {
        EXPECT_EQ(at(scores, row, SHL_SCORE_KL), 0);
        EXPECT_EQ(at(scores, row, SHL_SCORE_SAME_TOP), 1);
        EXPECT_EQ(at(scores, row, SHL_SCORE_NLL), at(scores, row, SHL_SCORE_BASE_NLL));
        EXPECT_LE(std::fabs(at(scores, row, SHL_SCORE_STORED_KL)), at(scores, row, SHL_SCORE_STORED_BOUND));
    }
}

TEST_F(EvaluateTest, step_anyNumberOfThreads_sameBytes) {
    std::vector<Scores> all;
    for (const int32_t threads : {1, 2, 4}) {
        params.threads = threads;
        all.push_back(step(open(base.get()), 1));
    }
    EXPECT_EQ(all[0], all[1]);
    EXPECT_EQ(all[0], all[2]);
}

TEST_F(EvaluateTest, step_twice_sameScores) {
    const auto evaluation = open(nullptr);
    EXPECT_EQ(step(evaluation, 2), step(evaluation, 2));
}

TEST_F(EvaluateTest, writeAndReadBase_stored_scoresAreTheSame) {
    const auto path = own_file("rows.stored");
    std::ofstream(path) << "1234567";
    Scores direct;
    {
        const auto evaluation = open(base.get());
        ASSERT_EQ(shl_evaluation_write_base(evaluation.get(), SHL_ROWS_STORED, path.c_str(), 7), SHL_OK);
        direct = step(evaluation, 3);
    }
    const auto evaluation = open(nullptr);
    const auto bytes = shl_evaluation_row_bytes(evaluation.get(), SHL_ROWS_STORED);
    EXPECT_EQ(bytes, 2 * (VOCABULARY + 4));
    EXPECT_EQ(std::ifstream(path, std::ios::ate).tellg(), 7 + 3 * SCORED * bytes);
    ASSERT_EQ(shl_evaluation_read_base(evaluation.get(), SHL_ROWS_STORED, path.c_str(), 7), SHL_OK);
    const auto again = step(evaluation, 3);
    for (int32_t row = 0; row < 3 * SCORED; ++row) {
        for (const int32_t column : {SHL_SCORE_NLL, SHL_SCORE_STORED_NLL, SHL_SCORE_STORED_BASE_NLL,
                 SHL_SCORE_STORED_KL, SHL_SCORE_STORED_SAME_TOP, SHL_SCORE_STORED_DELTA_P}) {
            EXPECT_EQ(at(again, row, column), at(direct, row, column)) << row << " " << column;
        }
    }
    const auto tokens = text(1);
    Scores scores(size_t{SCORED} * SHL_SCORE_COLUMNS);
    EXPECT_EQ(shl_evaluation_step(evaluation.get(), 3, 1, tokens.data(), scores.data()), SHL_FAILED);
    EXPECT_NE(std::string(shl_last_error()).find("in chunk 4 the rows of the base: " + path + ": the file ends"),
        std::string::npos)
        << shl_last_error();
}

TEST_F(EvaluateTest, writeAndReadBase_compact_withinItsBound) {
    const auto path = own_file("rows.compact");
    std::ofstream(path) << "";
    Scores direct;
    {
        const auto evaluation = open(nullptr); // the candidate is its own base
        ASSERT_EQ(shl_evaluation_write_base(evaluation.get(), SHL_ROWS_COMPACT, path.c_str(), 0), SHL_OK);
        direct = step(evaluation, 2);
    }
    const auto evaluation = open(nullptr);
    ASSERT_EQ(shl_evaluation_read_base(evaluation.get(), SHL_ROWS_COMPACT, path.c_str(), 0), SHL_OK);
    const auto scores = step(evaluation, 2);
    for (int32_t row = 0; row < 2 * SCORED; ++row) {
        EXPECT_LE(at(scores, row, SHL_SCORE_KL), at(scores, row, SHL_SCORE_KL_BOUND)); // the truth is 0
        EXPECT_NEAR(at(scores, row, SHL_SCORE_BASE_NLL), at(direct, row, SHL_SCORE_NLL), 1e-5);
        EXPECT_EQ(at(scores, row, SHL_SCORE_SAME_TOP), 1);
    }
}

TEST_F(EvaluateTest, readAndWriteBase_badArguments_refused) {
    const auto evaluation = open(nullptr);
    auto * const e = evaluation.get();
    const auto path = own_file("rows.none");
    EXPECT_EQ(shl_evaluation_row_bytes(e, 2), 0);
    EXPECT_EQ(shl_evaluation_row_bytes(nullptr, 0), 0);
    EXPECT_EQ(shl_evaluation_read_base(e, SHL_ROWS_STORED, path.c_str(), 0), SHL_FAILED);
    EXPECT_EQ(shl_evaluation_write_base(e, SHL_ROWS_STORED, path.c_str(), 0), SHL_FAILED);
    std::ofstream(path) << "";
    EXPECT_EQ(shl_evaluation_read_base(nullptr, SHL_ROWS_STORED, path.c_str(), 0), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_read_base(e, 2, path.c_str(), 0), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_read_base(e, SHL_ROWS_STORED, nullptr, 0), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_read_base(e, SHL_ROWS_STORED, path.c_str(), -1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_write_base(nullptr, SHL_ROWS_STORED, path.c_str(), 0), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_write_base(e, -1, path.c_str(), 0), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_write_base(e, SHL_ROWS_COMPACT, path.c_str(), 0), SHL_OK);
    EXPECT_EQ(shl_evaluation_write_base(e, SHL_ROWS_COMPACT, path.c_str(), 0), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_read_base(e, SHL_ROWS_STORED, path.c_str(), 0), SHL_OK);
    EXPECT_EQ(shl_evaluation_read_base(e, SHL_ROWS_STORED, path.c_str(), 0), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_write_base(e, SHL_ROWS_STORED, path.c_str(), 0), SHL_INVALID_ARGUMENT);
    const auto compared = open(base.get());
    EXPECT_EQ(shl_evaluation_read_base(compared.get(), SHL_ROWS_STORED, path.c_str(), 0), SHL_INVALID_ARGUMENT);
}

TEST_F(EvaluateTest, new_badArguments_refused) {
    const auto refusal = [&](auto change) {
        auto changed = params;
        change(changed);
        shl_evaluation * evaluation = nullptr;
        const auto status = shl_evaluation_new(model.get(), nullptr, &changed, &evaluation);
        EXPECT_EQ(evaluation, nullptr);
        return status;
    };
    EXPECT_EQ(refusal([](auto & p) { p.context_tokens = 7; }), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(refusal([](auto & p) { p.context_tokens = 1 << 30; }), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(refusal([](auto & p) { p.batch_tokens = 0; }), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(refusal([](auto & p) { p.micro_batch_tokens = 0; }), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(refusal([](auto & p) { p.threads = -1; }), SHL_INVALID_ARGUMENT);
    shl_evaluation * evaluation = nullptr;
    EXPECT_EQ(shl_evaluation_new(nullptr, nullptr, &params, &evaluation), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_new(model.get(), nullptr, nullptr, &evaluation), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_new(model.get(), nullptr, &params, nullptr), SHL_INVALID_ARGUMENT);
    const auto encoder = load(encoder_file());
    EXPECT_EQ(shl_evaluation_new(model.get(), encoder.get(), &params, &evaluation), SHL_UNSUPPORTED);
    EXPECT_EQ(shl_evaluation_new(encoder.get(), nullptr, &params, &evaluation), SHL_UNSUPPORTED);
}

TEST_F(EvaluateTest, step_badArguments_refused) {
    const auto evaluation = open(nullptr);
    auto tokens = text(4);
    Scores scores(size_t{4} * SCORED * SHL_SCORE_COLUMNS);
    const auto refusal = [&](int32_t first, int32_t chunks) {
        return shl_evaluation_step(evaluation.get(), first, chunks, tokens.data(), scores.data());
    };
    EXPECT_EQ(refusal(0, 0), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(refusal(0, 4), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(refusal(-1, 1), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_step(nullptr, 0, 1, tokens.data(), scores.data()), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_step(evaluation.get(), 0, 1, nullptr, scores.data()), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_evaluation_step(evaluation.get(), 0, 1, tokens.data(), nullptr), SHL_INVALID_ARGUMENT);
    for (const int32_t token : {-1, VOCABULARY}) {
        tokens[CHUNK - 1] = token;
        EXPECT_EQ(refusal(0, 1), SHL_INVALID_ARGUMENT) << shl_last_error();
    }
}

TEST_F(EvaluateTest, stepStates_badArguments_refused) {
    const auto alone = open(nullptr);
    const auto beside = open(base.get());
    const auto tokens = text(1);
    const std::vector<float> states(size_t{CHUNK} * WIDTH);
    Scores scores(size_t{SCORED} * SHL_SCORE_COLUMNS);
    const auto step = [&](shl_evaluation * evaluation, int32_t chunks, const float * from) {
        return shl_evaluation_step_states(evaluation, 0, chunks, tokens.data(), from, scores.data());
    };
    EXPECT_EQ(step(nullptr, 1, states.data()), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(step(alone.get(), 0, states.data()), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(step(alone.get(), 1, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(step(beside.get(), 1, states.data()), SHL_UNSUPPORTED);
    EXPECT_EQ(step(alone.get(), 1, states.data()), SHL_OK) << shl_last_error();
}

TEST_F(EvaluateTest, cancel_stopsTheNextStepAndNotTheOneAfter) {
    const auto evaluation = open(base.get());
    const auto tokens = text(1);
    Scores scores(size_t{SCORED} * SHL_SCORE_COLUMNS);
    shl_evaluation_cancel(evaluation.get());
    EXPECT_EQ(shl_evaluation_step(evaluation.get(), 0, 1, tokens.data(), scores.data()), SHL_CANCELLED);
    shl_evaluation_cancel_clear(evaluation.get());
    EXPECT_EQ(shl_evaluation_step(evaluation.get(), 0, 1, tokens.data(), scores.data()), SHL_OK) << shl_last_error();
    shl_evaluation_cancel(nullptr);
    shl_evaluation_cancel_clear(nullptr);
    shl_evaluation_free(nullptr);
    EXPECT_EQ(shl_evaluation_chunks(nullptr), 0);
    EXPECT_EQ(shl_evaluation_scored(nullptr), 0);
}
