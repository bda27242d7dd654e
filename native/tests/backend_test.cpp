#include "fixture.h"

#include <cstdlib>
#include <fstream>

using namespace fixture;

TEST(Backend, versions_always_told) {
    EXPECT_EQ(shl_version(), SHL_VERSION);
    EXPECT_STREQ(shl_llama_version(), "0.5.0");
    EXPECT_NE(std::string(shl_build_info()).find("Linux"), std::string::npos);
}

TEST(Backend, environment_setAndUnset_seen) {
    EXPECT_EQ(shl_environment("SHEARLING_TEST_VARIABLE", "wool"), SHL_OK);
    EXPECT_STREQ(std::getenv("SHEARLING_TEST_VARIABLE"), "wool");
    EXPECT_EQ(shl_environment("SHEARLING_TEST_VARIABLE", nullptr), SHL_OK);
    EXPECT_EQ(std::getenv("SHEARLING_TEST_VARIABLE"), nullptr);
    for (const char * const name : {static_cast<const char *>(nullptr), "", "A=B"}) {
        EXPECT_EQ(shl_environment(name, "x"), SHL_INVALID_ARGUMENT);
    }
}

TEST(Backend, score_plainVariant_positive) {
    const std::string paths[] = {SHEARLING_TEST_PLUGINS};
    int32_t score = 0;
    EXPECT_EQ(shl_backend_score(paths[0].c_str(), &score), SHL_OK);
    EXPECT_GT(score, 0);
    EXPECT_EQ(shl_backend_score(nullptr, &score), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_backend_score(paths[0].c_str(), nullptr), SHL_INVALID_ARGUMENT);
}

TEST(Backend, scoreAndLoad_badFiles_refusedWithReason) {
    const auto text = own_file("not-a-library.so");
    std::ofstream(text) << "wool";
    int32_t score = 0;
    for (const auto & path : {std::string("/nowhere/libggml-cpu.so"), text, std::string("libm.so.6")}) {
        EXPECT_EQ(shl_backend_score(path.c_str(), &score), SHL_LOAD_FAILED) << path;
        EXPECT_STRNE(shl_last_error(), "");
        EXPECT_EQ(shl_backend_load(path.c_str()), SHL_LOAD_FAILED) << path;
        EXPECT_NE(std::string(shl_last_error()).find(path), std::string::npos) << shl_last_error();
    }
    EXPECT_EQ(shl_backend_load(nullptr), SHL_INVALID_ARGUMENT);
}

TEST(Backend, devices_loaded_cpuDescribed) {
    load_backend();
    ASSERT_GE(shl_device_count(), 1);
    shl_device_info info;
    ASSERT_EQ(shl_device_read(0, &info), SHL_OK);
    EXPECT_EQ(info.type, SHL_DEVICE_CPU);
    EXPECT_STREQ(info.backend, "CPU");
    EXPECT_STRNE(info.description, "");
    EXPECT_GT(info.memory_total, 0);
    EXPECT_GT(info.memory_free, 0);
    EXPECT_LT(info.memory_free, info.memory_total);
    EXPECT_EQ(shl_device_read(shl_device_count(), &info), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_device_read(-1, &info), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_device_read(0, nullptr), SHL_INVALID_ARGUMENT);
}

TEST(Backend, cpuFeatures_loaded_listed) {
    load_backend();
    shl_text * text = nullptr;
    ASSERT_EQ(shl_cpu_features(&text), SHL_OK);
    EXPECT_NE(take(text).find(" = "), std::string::npos);
    EXPECT_EQ(shl_cpu_features(nullptr), SHL_INVALID_ARGUMENT);
}
