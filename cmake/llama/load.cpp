// llama-load MODEL: how long llama_model_load_from_file takes in a C++ program, which is what Model.load is compared
// with.
//
// llama.cpp's tools print a "load time" that begins after the file's header, with all its metadata, has been read. Here
// the clock runs around the whole call. The second load is told, since the program in the comparison has loaded before
// too.
#include "llama.h"

#include <chrono>
#include <cinttypes>
#include <cstdio>

int main(int count, char ** arguments) {
    if (count != 2) {
        std::fprintf(stderr, "usage: llama-load MODEL\n");
        return 2;
    }
    llama_log_set(
        [](ggml_log_level level, const char * text, void *) {
            if (level == GGML_LOG_LEVEL_ERROR) {
                std::fputs(text, stderr);
            }
        },
        nullptr);
    llama_backend_init();
    int64_t nanos = 0;
    for (int round = 0; round < 2; ++round) {
        const auto start = std::chrono::steady_clock::now();
        llama_model * const model = llama_model_load_from_file(arguments[1], llama_model_default_params());
        const auto end = std::chrono::steady_clock::now();
        if (model == nullptr) {
            return 1;
        }
        llama_model_free(model);
        nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count();
    }
    std::printf("%" PRId64 "\n", nanos);
    return 0;
}
