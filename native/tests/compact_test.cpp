#include "compact.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

namespace {

struct Case {
    std::vector<float> base_logits;
    std::vector<float> candidate_logits;
    score::Row base{};
    score::Row candidate{};
    double exact;

    Case(uint32_t seed, int32_t count, float scale, float apart)
        : base_logits(static_cast<size_t>(count)), candidate_logits(base_logits.size()) {
        std::mt19937 random(seed);
        std::normal_distribution<float> normal(0, 1);
        for (size_t i = 0; i < base_logits.size(); ++i) {
            base_logits[i] = scale * normal(random);
            candidate_logits[i] = base_logits[i] + apart * normal(random);
        }
        EXPECT_TRUE(score::read(base_logits.data(), count, base));
        EXPECT_TRUE(score::read(candidate_logits.data(), count, candidate));
        score::refine(candidate, count);
        exact = score::divergence(base, candidate, count);
    }
};

std::vector<uint8_t> stored(const Case & c, const compact::Shape & shape, int32_t token, uint64_t number) {
    compact::Scratch scratch(shape.vocabulary);
    std::vector<uint8_t> row(static_cast<size_t>(shape.bytes()));
    compact::store(c.base, shape, token, number, scratch, row.data());
    return row;
}

compact::Compared compare(const Case & c, const compact::Shape & shape, int32_t token, uint64_t number) {
    compact::Compared result{};
    EXPECT_TRUE(compact::compare(stored(c, shape, token, number).data(), shape, c.candidate, result));
    return result;
}

} // namespace

TEST(Compact, shape_isATwentiethOfUpstreams) {
    for (const int32_t vocabulary : {320, 32000, 49152, 65536, 65537, 128256, 262144}) {
        const auto shape = compact::Shape::of(vocabulary);
        EXPECT_LE(shape.bytes() * 20, score::stored_words(vocabulary) * 2) << vocabulary;
        EXPECT_GE(shape.likeliest, 1);
        EXPECT_GE(shape.sampled, 1);
        EXPECT_EQ(shape.token_bytes, vocabulary > 65536 ? 4 : 2);
    }
    const auto shape = compact::Shape::of(49152);
    EXPECT_EQ(shape.likeliest, 611);
    EXPECT_EQ(shape.sampled, 203);
    EXPECT_LE(compact::Shape::of(2).likeliest, 2);
}

TEST(Compact, compare_neverFartherThanItsBound) {
    for (const int32_t vocabulary : {320, 5000, 70000}) {
        const auto shape = compact::Shape::of(vocabulary);
        for (uint32_t seed = 0; seed < 30; ++seed) {
            const Case c(seed, vocabulary, 0.2f * static_cast<float>(seed), 0.05f * static_cast<float>(seed % 7));
            const int32_t token = static_cast<int32_t>(seed * 7 % 320);
            const auto result = compare(c, shape, token, seed);
            EXPECT_LE(std::fabs(result.kl - c.exact), result.bound) << vocabulary << " " << seed;
            EXPECT_NEAR(result.base_nll, score::nll(c.base, token), 1e-5 * (1 + result.base_nll));
            EXPECT_EQ(result.same_top, c.base.top == c.candidate.top);
        }
    }
}

TEST(Compact, compare_ofManyRows_isRightOnTheAverage) {
    const int32_t vocabulary = 20000;
    const auto shape = compact::Shape::of(vocabulary);
    double off = 0;
    double variance = 0;
    double exact = 0;
    constexpr int32_t ROWS = 100;
    for (int32_t i = 0; i < ROWS; ++i) {
        const Case c(static_cast<uint32_t>(1000 + i), vocabulary, 2, 0.3f);
        const auto result = compare(c, shape, 0, static_cast<uint64_t>(i));
        off += (result.kl - c.exact) / ROWS;
        variance += result.variance / ROWS / ROWS;
        exact += c.exact / ROWS;
    }
    EXPECT_LE(std::fabs(off), 4 * std::sqrt(variance));
    EXPECT_LT(std::sqrt(variance), exact / 15);
}

TEST(Compact, compare_ofARowAndItself_isNothing) {
    const Case c(3, 5000, 3, 0);
    const auto result = compare(c, compact::Shape::of(5000), 1, 1);
    EXPECT_NEAR(result.kl, 0, 2e-6);
    EXPECT_LT(result.variance, 1e-12);
}

TEST(Compact, store_aTailOfNothing_leavesNoDoubt) {
    Case c(3, 5000, 1, 0.1f);
    c.base_logits[17] = 1000; // all others are too unlikely for a number
    ASSERT_TRUE(score::read(c.base_logits.data(), 5000, c.base));
    c.exact = score::divergence(c.base, c.candidate, 5000);
    const auto result = compare(c, compact::Shape::of(5000), 17, 1);
    EXPECT_NEAR(result.kl, c.exact, 1e-4);
    EXPECT_LT(result.bound, 1e-3);
    EXPECT_EQ(result.base_nll, 0);
}

TEST(Compact, store_sameNumber_sameBytes) {
    const Case c(5, 5000, 2, 0.1f);
    const auto shape = compact::Shape::of(5000);
    EXPECT_EQ(stored(c, shape, 1, 7), stored(c, shape, 1, 7));
    EXPECT_NE(stored(c, shape, 1, 7), stored(c, shape, 1, 8));
}

TEST(Compact, compare_damagedRows_refusedOrFinite) {
    const Case c(5, 5000, 2, 0.1f);
    const auto shape = compact::Shape::of(5000);
    const auto good = stored(c, shape, 1, 7);
    std::mt19937 random(9);
    compact::Compared result{};
    for (int32_t i = 0; i < 2000; ++i) {
        auto row = good;
        row[random() % row.size()] = static_cast<uint8_t>(random());
        if (compact::compare(row.data(), shape, c.candidate, result)) {
            EXPECT_TRUE(std::isfinite(result.kl) && std::isfinite(result.bound));
        }
    }
    std::vector<uint8_t> ones(good.size(), 0xff);
    EXPECT_FALSE(compact::compare(ones.data(), shape, c.candidate, result));
}
