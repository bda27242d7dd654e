// What can be called before a back end is loaded. A process of its own: a back end stays for ever.
#include "fixture.h"

using namespace fixture;

TEST(BeforeBackend, devices_noBackend_none) {
    EXPECT_EQ(shl_device_count(), 0);
    shl_device_info info;
    EXPECT_EQ(shl_device_read(0, &info), SHL_INVALID_ARGUMENT);
}

TEST(BeforeBackend, cpuFeatures_noBackend_empty) {
    shl_text * text = nullptr;
    ASSERT_EQ(shl_cpu_features(&text), SHL_OK);
    EXPECT_EQ(take(text), "");
}

TEST(BeforeBackend, load_noBackend_refused) {
    shl_model_params params;
    shl_model_params_default(&params);
    for (const bool vocabulary_only : {false, true}) {
        params.vocabulary_only = vocabulary_only;
        shl_model * model = nullptr;
        EXPECT_EQ(shl_model_load(decoder_file().c_str(), &params, nullptr, &model), SHL_UNSUPPORTED);
        EXPECT_EQ(model, nullptr);
        EXPECT_NE(std::string(shl_last_error()).find("CPU back end"), std::string::npos) << shl_last_error();
    }
    EXPECT_EQ(shl_device_count(), 0) << "nothing is loaded behind the caller's back";
}

TEST(BeforeBackend, rows_noBackend_work) {
    const float values[4] = {1, -2, 3, 0.5f};
    uint8_t halves[8];
    float back[4];
    ASSERT_EQ(shl_rows_quantize(1, values, 4, halves, 8, 1, 4, nullptr), SHL_OK);
    ASSERT_EQ(shl_rows_dequantize(1, halves, 8, back, 4, 1, 4), SHL_OK);
    EXPECT_EQ(back[1], -2);
}

TEST(BeforeBackend, freeFunctions_null_doNothing) {
    shl_model_free(nullptr);
    shl_context_free(nullptr);
    shl_sampler_free(nullptr);
    shl_template_free(nullptr);
    shl_text_free(nullptr);
    shl_progress_free(nullptr);
    shl_counters_read(nullptr);
    EXPECT_EQ(counters().models, 0);
}
