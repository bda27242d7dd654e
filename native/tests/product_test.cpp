#include "fixture.h"

#include "ggml.h"

#include <limits>

namespace {

shl_product product(int32_t type, int64_t columns, int64_t rows, int32_t tokens) {
    return {type, columns, rows, 1, 1, tokens};
}

shl_product_params quick() {
    shl_product_params params;
    shl_product_params_default(&params);
    params.threads = 1;
    params.span_bytes = 1 << 16;
    params.seconds = 0;
    return params;
}

class Product : public testing::Test {
protected:
    static void SetUpTestSuite() { fixture::load_backend(); }
};

TEST_F(Product, EveryTypeThatIsWrittenIsTimed) {
    for (int32_t type = 0; type < GGML_TYPE_COUNT; ++type) {
        shl_type_info info{};
        if (shl_type_read(type, &info) != SHL_OK || !info.quantizes) {
            continue;
        }
        for (const int32_t tokens : {1, 20}) {
            for (const bool repack : {false, true}) {
                auto params = quick();
                params.repack = repack;
                double seconds = 0;
                const auto p = product(type, 512, 64, tokens);
                ASSERT_EQ(SHL_OK, shl_product_time(&p, &params, &seconds)) << info.name << ": " << shl_last_error();
                EXPECT_GT(seconds, 0) << info.name;
                EXPECT_LT(seconds, 10) << info.name;
            }
        }
    }
}

TEST_F(Product, ExpertsAreTimed) {
    for (const auto type : {GGML_TYPE_F16, GGML_TYPE_Q4_0, GGML_TYPE_Q4_K}) {
        const shl_product p{type, 256, 64, 4, 2, 8};
        const auto params = quick();
        double seconds = 0;
        ASSERT_EQ(SHL_OK, shl_product_time(&p, &params, &seconds)) << shl_last_error();
        EXPECT_GT(seconds, 0);
    }
}

// Sixteen times the work takes longer on any machine.
TEST_F(Product, MoreWorkTakesLonger) {
    auto params = quick();
    params.seconds = 0.01;
    const auto small = product(GGML_TYPE_F32, 256, 256, 4);
    const auto large = product(GGML_TYPE_F32, 256, 256, 64);
    double one = 0;
    double sixteen = 0;
    ASSERT_EQ(SHL_OK, shl_product_time(&small, &params, &one));
    ASSERT_EQ(SHL_OK, shl_product_time(&large, &params, &sixteen));
    EXPECT_LT(one, sixteen);
}

TEST_F(Product, SeveralThreadsCompute) {
    auto params = quick();
    const auto p = product(GGML_TYPE_Q8_0, 512, 256, 1);
    double seconds = 0;
    for (const int32_t threads : {0, 2, 3}) {
        params.threads = threads;
        ASSERT_EQ(SHL_OK, shl_product_time(&p, &params, &seconds)) << shl_last_error();
    }
}

TEST_F(Product, WhatMakesNoSenseIsRefused) {
    const auto params = quick();
    double seconds = 0;
    const auto refused = [&](const shl_product & p, const char * words) {
        EXPECT_EQ(SHL_INVALID_ARGUMENT, shl_product_time(&p, &params, &seconds));
        EXPECT_NE(std::string::npos, std::string(shl_last_error()).find(words)) << shl_last_error();
    };
    refused(product(GGML_TYPE_Q4_K, 576, 64, 1), "no whole number of the 256");
    refused(product(GGML_TYPE_I32, 64, 64, 1), "none that weights are multiplied in");
    refused(product(-1, 64, 64, 1), "none that weights are multiplied in");
    refused(product(GGML_TYPE_F32, 0, 64, 1), "columns is 0");
    refused(product(GGML_TYPE_F32, 64, -1, 1), "rows is -1");
    refused(product(GGML_TYPE_F32, 64, 64, 0), "tokens is 0");
    refused({GGML_TYPE_F32, 64, 64, 2, 3, 1}, "used is 3");
    refused({GGML_TYPE_F32, 1 << 30, 1 << 30, 2, 1, 1}, "more weights than a model has");
    auto wrong = quick();
    wrong.threads = -1;
    const auto p = product(GGML_TYPE_F32, 64, 64, 1);
    EXPECT_EQ(SHL_INVALID_ARGUMENT, shl_product_time(&p, &wrong, &seconds));
    wrong = quick();
    wrong.seconds = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(SHL_INVALID_ARGUMENT, shl_product_time(&p, &wrong, &seconds));
    EXPECT_EQ(SHL_INVALID_ARGUMENT, shl_product_time(nullptr, &params, &seconds));
    EXPECT_EQ(SHL_INVALID_ARGUMENT, shl_product_time(&p, nullptr, &seconds));
    EXPECT_EQ(SHL_INVALID_ARGUMENT, shl_product_time(&p, &params, nullptr));
}

TEST_F(Product, WeightsThatDoNotFitTheMemoryAreRefused) {
    const auto params = quick();
    double seconds = 0;
    const auto p = product(GGML_TYPE_F32, int64_t{1} << 20, int64_t{1} << 20, 1);
    EXPECT_EQ(SHL_OUT_OF_MEMORY, shl_product_time(&p, &params, &seconds));
}

} // namespace
