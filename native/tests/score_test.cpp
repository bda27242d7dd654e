#include "score.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

namespace {

constexpr int32_t COUNT = 1001;

std::vector<float> logits(uint32_t seed, float scale) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(-3, scale);
    std::vector<float> out(COUNT);
    for (auto & value : out) {
        value = normal(random);
    }
    return out;
}

std::vector<float> near(const std::vector<float> & logits, uint32_t seed, float scale) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.5f, scale);
    auto out = logits;
    for (auto & value : out) {
        value += normal(random);
    }
    return out;
}

// ln of each probability, by the book.
std::vector<double> logarithms(const std::vector<float> & logits) {
    long double sum = 0;
    for (const float logit : logits) {
        sum += std::exp(static_cast<long double>(logit));
    }
    std::vector<double> out;
    for (const float logit : logits) {
        out.push_back(static_cast<double>(static_cast<long double>(logit) - std::log(sum)));
    }
    return out;
}

double divergence(const std::vector<double> & p, const std::vector<double> & q, double above = -1e9) {
    long double sum = 0;
    for (size_t i = 0; i < p.size(); ++i) {
        if (p[i] > above) {
            sum += std::exp(static_cast<long double>(p[i])) * static_cast<long double>(p[i] - q[i]);
        }
    }
    return static_cast<double>(sum);
}

struct Rows {
    std::vector<float> base_logits;
    std::vector<float> candidate_logits;
    score::Row base{};
    score::Row candidate{};

    Rows(uint32_t seed, float scale, float apart)
        : base_logits(logits(seed, scale)), candidate_logits(near(base_logits, seed + 1, apart)) {
        EXPECT_TRUE(score::read(base_logits.data(), COUNT, base));
        EXPECT_TRUE(score::read(candidate_logits.data(), COUNT, candidate));
        score::refine(candidate, COUNT);
    }
};

} // namespace

TEST(Score, nll_isThatOfTheBook) {
    const auto row = logits(1, 4);
    const auto expected = logarithms(row);
    score::Row read{};
    ASSERT_TRUE(score::read(row.data(), COUNT, read));
    for (const int32_t token : {0, 1, 17, COUNT - 1}) {
        EXPECT_NEAR(score::nll(read, token), -expected[static_cast<size_t>(token)], 2e-6) << token;
    }
}

TEST(Score, divergence_isThatOfTheBook) {
    for (const float apart : {1e-3f, 0.1f, 2.0f}) {
        Rows rows(7, 3, apart);
        const double expected = divergence(logarithms(rows.base_logits), logarithms(rows.candidate_logits));
        EXPECT_NEAR(score::divergence(rows.base, rows.candidate, COUNT), expected, 1e-12 + expected * 1e-12) << apart;
    }
}

TEST(Score, divergence_ofARowAndItself_isNothing) {
    Rows rows(9, 5, 0);
    score::Row same{};
    ASSERT_TRUE(score::read(rows.base_logits.data(), COUNT, same));
    score::refine(same, COUNT);
    EXPECT_EQ(score::divergence(rows.base, same, COUNT), 0);
}

TEST(Score, store_keepsLogarithmsToHalfAStep) {
    Rows rows(11, 6, 0.1f);
    std::vector<uint16_t> stored(static_cast<size_t>(score::stored_words(COUNT)), 0xffff);
    score::store(rows.base, COUNT, stored.data());
    ASSERT_EQ(stored.size(), 4u + COUNT + 1);
    EXPECT_EQ(stored.back(), 0); // the even count
    float header[2];
    std::memcpy(header, stored.data(), sizeof header);
    EXPECT_EQ(header[0], 16.0f / 65535.0f);
    const auto expected = logarithms(rows.base_logits);
    const double lowest = logarithms(rows.base_logits)[static_cast<size_t>(rows.base.top)] - 16;
    for (size_t i = 0; i < COUNT; ++i) {
        const double value = static_cast<double>(header[0]) * stored[4 + i] + static_cast<double>(header[1]);
        EXPECT_NEAR(value, std::max(expected[i], lowest), static_cast<double>(header[0]) / 2 + 4e-6) << i;
    }
}

TEST(Score, store_ofARowOfEqualLogits_isAllZero) {
    const std::vector<float> flat(COUNT, 2.5f);
    score::Row row{};
    ASSERT_TRUE(score::read(flat.data(), COUNT, row));
    std::vector<uint16_t> stored(static_cast<size_t>(score::stored_words(COUNT)), 0xffff);
    score::store(row, COUNT, stored.data());
    float header[2];
    std::memcpy(header, stored.data(), sizeof header);
    EXPECT_EQ(header[0], 0);
    EXPECT_FLOAT_EQ(header[1], -std::log(static_cast<float>(COUNT)));
    EXPECT_EQ(std::count(stored.begin() + 4, stored.end(), 0), COUNT + 1);
}

TEST(Score, compare_isTheBookOverWhatIsKept) {
    for (const float apart : {1e-3f, 0.1f, 2.0f}) {
        Rows rows(13, 6, apart);
        std::vector<uint16_t> stored(static_cast<size_t>(score::stored_words(COUNT)));
        score::store(rows.base, COUNT, stored.data());
        const auto p = logarithms(rows.base_logits);
        const auto q = logarithms(rows.candidate_logits);
        const auto top = static_cast<size_t>(rows.base.top);
        const auto result = score::compare(stored.data(), rows.candidate, COUNT, rows.base.top);
        EXPECT_NEAR(result.kl, divergence(p, q, -16), 3e-4) << apart;
        EXPECT_NEAR(static_cast<double>(result.nll), -q[top], 1e-5);
        EXPECT_NEAR(static_cast<double>(result.base_nll), -p[top], 2e-4);
        EXPECT_NEAR(static_cast<double>(result.delta_p), std::exp(q[top]) - std::exp(p[top]), 1e-4);
        EXPECT_EQ(result.same_top, rows.base.top == rows.candidate.top);
    }
}

TEST(Score, storedBound_holdsAndIsSmall) {
    for (uint32_t seed = 0; seed < 200; ++seed) {
        Rows rows(100 + 2 * seed, 0.5f + 0.05f * static_cast<float>(seed), 0.02f * static_cast<float>(seed % 40));
        const double exact = score::divergence(rows.base, rows.candidate, COUNT);
        std::vector<uint16_t> stored(static_cast<size_t>(score::stored_words(COUNT)));
        score::store(rows.base, COUNT, stored.data());
        const auto result = score::compare(stored.data(), rows.candidate, COUNT, 0);
        const double bound = score::stored_bound(stored.data(), rows.base, rows.candidate, COUNT);
        EXPECT_LE(std::fabs(result.kl - exact), bound) << seed;
        EXPECT_LT(bound, 2e-3) << seed;
    }
}

TEST(Score, read_notNumbers_refused) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    for (const float bad : {nan, infinity}) {
        for (const size_t place : {size_t{0}, size_t{500}, size_t{COUNT - 1}}) {
            auto row = logits(3, 2);
            row[place] = bad;
            score::Row read{};
            EXPECT_FALSE(score::read(row.data(), COUNT, read)) << bad << " at " << place;
        }
    }
    const std::vector<float> nothing(COUNT, -infinity);
    score::Row read{};
    EXPECT_FALSE(score::read(nothing.data(), COUNT, read));
    auto masked = logits(3, 2);
    masked[4] = -infinity; // a token that cannot come
    EXPECT_TRUE(score::read(masked.data(), COUNT, read));
}
