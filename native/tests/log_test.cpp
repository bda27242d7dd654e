#include "fixture.h"

#include "ggml.h"

#include <thread>

namespace {

// ggml's own way to log is not exported; this is the callback it would call.
void say(ggml_log_level level, const char * text) {
    ggml_log_callback callback = nullptr;
    void * data = nullptr;
    llama_log_get(&callback, &data);
    callback(level, text, data);
}

std::string next(int32_t * level = nullptr) {
    uint8_t bytes[128];
    const int64_t size = shl_log_take(level, bytes, sizeof bytes);
    return size < 0 ? "-" : std::string(reinterpret_cast<char *>(bytes), static_cast<size_t>(size));
}

class Log : public testing::Test {
protected:
    void SetUp() override {
        shl_log_threshold(SHL_LOG_INFO);
        while (shl_log_take(nullptr, nullptr, 0) >= 0) {
        }
    }
};

} // namespace

TEST_F(Log, take_pieces_joinedToLines) {
    EXPECT_FALSE(shl_log_pending());
    say(GGML_LOG_LEVEL_WARN, "one ");
    say(GGML_LOG_LEVEL_CONT, "line");
    EXPECT_FALSE(shl_log_pending());
    say(GGML_LOG_LEVEL_CONT, ".\nand two\nthen");
    say(GGML_LOG_LEVEL_ERROR, "an error\n");
    EXPECT_TRUE(shl_log_pending());
    int32_t level = 0;
    EXPECT_EQ(next(&level), "one line.");
    EXPECT_EQ(level, SHL_LOG_WARN);
    EXPECT_EQ(next(), "and two");
    EXPECT_EQ(next(&level), "then");
    EXPECT_EQ(level, SHL_LOG_WARN);
    EXPECT_EQ(next(&level), "an error");
    EXPECT_EQ(level, SHL_LOG_ERROR);
    EXPECT_EQ(next(), "-");
    EXPECT_FALSE(shl_log_pending());
}

TEST_F(Log, threshold_lowerLevels_dropped) {
    shl_log_threshold(SHL_LOG_WARN);
    say(GGML_LOG_LEVEL_INFO, "quiet\n");
    say(GGML_LOG_LEVEL_WARN, "loud\n");
    EXPECT_EQ(next(), "loud");
    EXPECT_EQ(next(), "-");
}

TEST_F(Log, take_smallBuffer_wholeSizeTold) {
    say(GGML_LOG_LEVEL_INFO, "twelve bytes\n");
    uint8_t bytes[6] = {};
    EXPECT_EQ(shl_log_take(nullptr, bytes, 5), 12);
    EXPECT_STREQ(reinterpret_cast<char *>(bytes), "twelv");
    EXPECT_EQ(next(), "-");
}

TEST_F(Log, queue_full_oldestLost) {
    const int64_t lost = shl_log_lost();
    for (int i = 0; i < 4096 + 10; ++i) {
        say(GGML_LOG_LEVEL_INFO, (std::to_string(i) + "\n").c_str());
    }
    EXPECT_EQ(shl_log_lost(), lost + 10);
    EXPECT_EQ(next(), "10");
}

TEST_F(Log, threads_manyWriters_linesWhole) {
    std::vector<std::thread> threads;
    for (char name = 'a'; name < 'e'; ++name) {
        threads.emplace_back([name] {
            for (int i = 0; i < 200; ++i) {
                say(GGML_LOG_LEVEL_INFO, std::string(20, name).c_str());
                say(GGML_LOG_LEVEL_CONT, (std::string(20, name) + "\n").c_str());
            }
            say(GGML_LOG_LEVEL_INFO, std::string(40, name).c_str()); // ended by the end of the thread
        });
    }
    for (auto & thread : threads) {
        thread.join();
    }
    int lines = 0;
    for (auto line = next(); line != "-"; line = next(), ++lines) {
        ASSERT_EQ(line, std::string(40, line[0]));
    }
    EXPECT_EQ(lines, 4 * 201);
}
