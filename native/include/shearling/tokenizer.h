// Text to tokens and back. All functions are thread-safe and read only the model's vocabulary.
#ifndef SHEARLING_TOKENIZER_H
#define SHEARLING_TOKENIZER_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

// Special tokens; -1 where the vocabulary has none.
struct shl_vocab_info {
    int32_t size;
    int32_t bos;
    int32_t eos;
    int32_t eot;
    int32_t sep;
    int32_t newline;
    int32_t pad;
    int32_t mask;
    int32_t fim_prefix;
    int32_t fim_suffix;
    int32_t fim_middle;
    bool add_bos;
    bool add_eos;
    bool add_sep;
};

SHL_API enum shl_status shl_vocab_read(const shl_model * model, struct shl_vocab_info * out) SHL_NOEXCEPT;

// Tokens of `size` bytes of UTF-8. Writes min(capacity, *count) tokens; *count is how many there are, so a call with
// too small a buffer tells the size. add_special: with the BOS/EOS/SEP that the model asks for; parse_special: text
// that spells a special token becomes that token.
SHL_API enum shl_status shl_tokenize(const shl_model * model, const uint8_t * utf8, int64_t size, bool add_special,
    bool parse_special, int32_t * tokens, int32_t capacity, int32_t * count) SHL_NOEXCEPT;

// Text of tokens, min(capacity, *size) bytes of it. special: special tokens appear as they are spelt.
SHL_API enum shl_status shl_detokenize(const shl_model * model, const int32_t * tokens, int32_t count, bool special,
    uint8_t * utf8, int64_t capacity, int64_t * size) SHL_NOEXCEPT;

// The bytes of one token as it stands in running text; they need not be whole code points. Returns the size, or -1 for
// a token outside the vocabulary; writes min(capacity, size) bytes.
SHL_API int32_t shl_token_piece(
    const shl_model * model, int32_t token, bool special, uint8_t * out, int32_t capacity) SHL_NOEXCEPT;

// Bits of llama_token_attr: 1 unknown, 2 unused, 4 normal, 8 control, 16 user defined, 32 byte. 0 for a token outside.
SHL_API int32_t shl_token_attributes(const shl_model * model, int32_t token) SHL_NOEXCEPT;

// The tokens that end a generation (EOS, EOT and their kin), in ascending order. Writes min(capacity, *count) of them;
// *count is how many there are.
SHL_API enum shl_status shl_vocab_ends(
    const shl_model * model, int32_t * tokens, int32_t capacity, int32_t * count) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
