#include "fixture.h"

#include <thread>

using namespace fixture;

TEST(Status, lastError_otherThread_empty) {
    EXPECT_EQ(shl_type_read(-1, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_STRNE(shl_last_error(), "");
    std::string other = "?";
    std::thread([&] { other = shl_last_error(); }).join();
    EXPECT_EQ(other, "");
}

TEST(Status, text_nullAndSmallBuffer_safe) {
    EXPECT_EQ(shl_text_size(nullptr), 0);
    shl_text_copy(nullptr, nullptr, 5);
    load_backend();
    shl_text * text = nullptr;
    ASSERT_EQ(shl_cpu_features(&text), SHL_OK);
    uint8_t bytes[4] = {0, 0, 0, '#'};
    shl_text_copy(text, bytes, 3);
    EXPECT_NE(bytes[0], 0);
    EXPECT_EQ(bytes[3], '#');
    shl_text_copy(text, nullptr, 3);
    EXPECT_EQ(counters().texts, 1);
    shl_text_free(text);
    EXPECT_EQ(counters().texts, 0);
}
