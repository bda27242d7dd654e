// Tiny models with seeded random weights, written as GGUF when the tests start, and what the tests share.
#ifndef SHEARLING_FIXTURE_H
#define SHEARLING_FIXTURE_H

#include "shearling/shearling.h"

#include "llama.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fixture {

constexpr int32_t VOCABULARY = 320;
constexpr int32_t BOS = 1;
constexpr int32_t EOS = 2;
constexpr int32_t CONTEXT = 256; // of the decoder
constexpr int32_t POSITIONS = 32; // of the encoder
constexpr int32_t WIDTH = 64;
constexpr int32_t CLASSES = 3;

// A path for a file of this process alone, which goes when it ends: other runs of the tests may be under way.
std::string own_file(const std::string & name);

// Path of the decoder: llama, 2 layers, 64 wide, SentencePiece with byte tokens and "a".."z" as words, a chat template.
const std::string & decoder_file();

// Path of the encoder: BERT, 2 layers, 64 wide, WordPiece, mean pooling, and a classifier head of 3 outputs.
const std::string & encoder_file();

// The encoder with a token of 5,000 letters.
const std::string & endless_file();

// The decoder with another architecture's name in its header.
const std::string & unknown_file();

// Loads the CPU back end that suits this machine best. Once.
void load_backend();

struct FreeModel {
    void operator()(shl_model * model) const { shl_model_free(model); }
};
struct FreeContext {
    void operator()(shl_context * context) const { shl_context_free(context); }
};
struct FreeSampler {
    void operator()(shl_sampler * sampler) const { shl_sampler_free(sampler); }
};
struct FreeTemplate {
    void operator()(shl_template * template_) const { shl_template_free(template_); }
};
struct FreeProgress {
    void operator()(shl_progress * progress) const { shl_progress_free(progress); }
};

using Model = std::unique_ptr<shl_model, FreeModel>;
using Context = std::unique_ptr<shl_context, FreeContext>;
using Sampler = std::unique_ptr<shl_sampler, FreeSampler>;
using Template = std::unique_ptr<shl_template, FreeTemplate>;
using Progress = std::unique_ptr<shl_progress, FreeProgress>;

Model load(const std::string & path);
shl_context_params small_params();
Context open(shl_model * model, const shl_context_params & params);
Sampler sampler(const shl_model * model);

// Takes the bytes out of a text and frees it.
std::string take(shl_text * text);

// Decodes tokens 3, 4, 5, ... of a sequence from a position on, with an output for the last; the index of the last.
int32_t decode(shl_context * context, int32_t count, int32_t position = 0, int32_t sequence = 0);

shl_counters counters();

// After each test: everything is freed again.
class Counted : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

private:
    shl_counters at_start{};
};

} // namespace fixture

#endif
