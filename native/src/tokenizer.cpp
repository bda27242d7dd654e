#include "deep.h"
#include "handles.h"
#include "shell.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

namespace {

using shell::fail;

shl_status no_tokenizer() {
    return fail(SHL_UNSUPPORTED, "this model has no tokenizer");
}

bool known(const shl_model * model, int32_t token) {
    return model != nullptr && model->has_tokenizer() && token >= 0 && token < model->vocabulary_size();
}

// Upstream asserts that a special token it is to add exists.
const char * missing_special(const shl_model * model) {
    const auto * const vocab = model->vocab;
    const auto type = llama_vocab_type(vocab);
    const bool wordpiece = type == LLAMA_VOCAB_TYPE_WPM;
    if ((llama_vocab_get_add_bos(vocab) || wordpiece) && llama_vocab_bos(vocab) < 0) {
        return "BOS";
    }
    if (llama_vocab_get_add_eos(vocab) && llama_vocab_eos(vocab) < 0) {
        return "EOS";
    }
    if (wordpiece && llama_vocab_sep(vocab) < 0) {
        return "SEP";
    }
    return nullptr;
}

// Some pre-tokenizers are regular expressions of the C++ library, which calls itself once for each character of a
// match: a hundred thousand characters without a blank would run through any thread's stack. A match goes on as long as
// characters are blank, or as long as they are not.
constexpr size_t SHALLOW_MATCH = 500;
constexpr size_t LONGEST_MATCH = 1'000'000;
constexpr size_t STACK_A_CHARACTER = 2048;

size_t longest_match(const llama_vocab * vocab, const char * text, size_t size) {
    if (size <= SHALLOW_MATCH || llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_BPE) {
        return 0;
    }
    size_t longest = 0;
    size_t run = 0;
    bool blank = false;
    for (size_t i = 0; i < size; ++i) {
        const bool now = text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
        run = now == blank ? run + 1 : 1;
        blank = now;
        longest = std::max(longest, run);
    }
    return longest;
}

// llama_tokenize on a stack that is large enough for the match.
int32_t tokenize(const llama_vocab * vocab, const char * text, int32_t size, int32_t * tokens, int32_t capacity,
    bool add_special, bool parse_special, size_t match) {
    if (match <= SHALLOW_MATCH) {
        return llama_tokenize(vocab, text, size, tokens, capacity, add_special, parse_special);
    }
    int32_t count = 0;
    shell::run_deep([&] { count = llama_tokenize(vocab, text, size, tokens, capacity, add_special, parse_special); },
        (size_t{1} << 20) + match * STACK_A_CHARACTER);
    return count;
}

} // namespace

shl_status shl_vocab_read(const shl_model * model, shl_vocab_info * out) noexcept {
    return shell::guard([&] {
        if (model == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "model or out is NULL");
        }
        const auto * const vocab = model->vocab;
        *out = {};
        out->size = model->vocabulary_size();
        out->bos = llama_vocab_bos(vocab);
        out->eos = llama_vocab_eos(vocab);
        out->eot = llama_vocab_eot(vocab);
        out->sep = llama_vocab_sep(vocab);
        out->newline = llama_vocab_nl(vocab);
        out->pad = llama_vocab_pad(vocab);
        out->mask = llama_vocab_mask(vocab);
        out->fim_prefix = llama_vocab_fim_pre(vocab);
        out->fim_suffix = llama_vocab_fim_suf(vocab);
        out->fim_middle = llama_vocab_fim_mid(vocab);
        out->add_bos = llama_vocab_get_add_bos(vocab);
        out->add_eos = llama_vocab_get_add_eos(vocab);
        out->add_sep = llama_vocab_get_add_sep(vocab);
        return SHL_OK;
    });
}

shl_status shl_tokenize(const shl_model * model, const uint8_t * utf8, int64_t size, bool add_special,
    bool parse_special, int32_t * tokens, int32_t capacity, int32_t * count) noexcept {
    return shell::guard([&] {
        if (model == nullptr || count == nullptr || (utf8 == nullptr && size > 0)
            || (tokens == nullptr && capacity > 0)) {
            return fail(SHL_INVALID_ARGUMENT, "model, utf8, tokens or count is NULL");
        }
        if (size < 0 || size > std::numeric_limits<int32_t>::max() || capacity < 0) {
            return fail(SHL_INVALID_ARGUMENT, "size or capacity is out of range");
        }
        *count = 0;
        if (!model->has_tokenizer()) {
            return no_tokenizer();
        }
        if (const char * const missing = add_special ? missing_special(model) : nullptr) {
            return fail(SHL_UNSUPPORTED, "the model asks for a %s token but its vocabulary has none", missing);
        }
        const char * const text = utf8 == nullptr ? "" : reinterpret_cast<const char *>(utf8);
        const auto match = longest_match(model->vocab, text, static_cast<size_t>(size));
        if (match > LONGEST_MATCH) {
            return fail(SHL_INVALID_ARGUMENT,
                "the text has a run of %zu bytes without a blank, or of blanks alone, and at "
                "most %zu can be cut; put something in between",
                match, LONGEST_MATCH);
        }
        const int32_t result = tokenize(
            model->vocab, text, static_cast<int32_t>(size), tokens, capacity, add_special, parse_special, match);
        if (result == std::numeric_limits<int32_t>::min()) {
            return fail(SHL_INVALID_ARGUMENT, "the text has more tokens than an int32 counts");
        }
        *count = result < 0 ? -result : result;
        if (result < 0 && capacity > 0) {
            // Upstream writes nothing when there is not room for all.
            std::vector<int32_t> all(static_cast<size_t>(*count));
            tokenize(
                model->vocab, text, static_cast<int32_t>(size), all.data(), *count, add_special, parse_special, match);
            std::copy_n(all.data(), capacity, tokens);
        }
        return SHL_OK;
    });
}

shl_status shl_detokenize(const shl_model * model, const int32_t * tokens, int32_t count, bool special, uint8_t * utf8,
    int64_t capacity, int64_t * size) noexcept {
    return shell::guard([&] {
        if (model == nullptr || size == nullptr || (tokens == nullptr && count > 0)
            || (utf8 == nullptr && capacity > 0)) {
            return fail(SHL_INVALID_ARGUMENT, "model, tokens, utf8 or size is NULL");
        }
        if (count < 0 || capacity < 0) {
            return fail(SHL_INVALID_ARGUMENT, "count or capacity is negative");
        }
        *size = 0;
        if (!model->has_tokenizer()) {
            return no_tokenizer();
        }
        for (int32_t i = 0; i < count; ++i) {
            if (!known(model, tokens[i])) {
                return fail(SHL_INVALID_ARGUMENT, "token %d is not in the vocabulary", tokens[i]);
            }
        }
        // Spaces are cleaned up only in a buffer that holds everything, and what that takes is known only afterwards.
        std::string text(std::max<size_t>(64, static_cast<size_t>(count) * 8), '\0');
        for (;;) {
            const auto room = static_cast<int32_t>(std::min<size_t>(text.size(), std::numeric_limits<int32_t>::max()));
            const int32_t result = llama_detokenize(model->vocab, tokens, count, text.data(), room, false, special);
            if (result >= 0) {
                text.resize(static_cast<size_t>(result));
                break;
            }
            text.resize(static_cast<size_t>(-static_cast<int64_t>(result)));
        }
        *size = static_cast<int64_t>(text.size());
        if (utf8 != nullptr) {
            std::memcpy(utf8, text.data(), std::min(static_cast<size_t>(capacity), text.size()));
        }
        return SHL_OK;
    });
}

int32_t shl_token_piece(
    const shl_model * model, int32_t token, bool special, uint8_t * out, int32_t capacity) noexcept {
    return shell::guard_value(int32_t{-1}, [&]() -> int32_t {
        if (!known(model, token) || (out == nullptr && capacity > 0)) {
            return -1;
        }
        char small[64];
        int32_t size = llama_token_to_piece(model->vocab, token, small, sizeof small, 0, special);
        if (size >= 0) {
            std::memcpy(out == nullptr ? small : reinterpret_cast<char *>(out), small,
                static_cast<size_t>(std::clamp(capacity, 0, size)));
            return size;
        }
        std::string large(static_cast<size_t>(-size), '\0');
        size = llama_token_to_piece(model->vocab, token, large.data(), -size, 0, special);
        if (out != nullptr && size > 0) {
            std::memcpy(out, large.data(), static_cast<size_t>(std::clamp(capacity, 0, size)));
        }
        return size;
    });
}

int32_t shl_token_attributes(const shl_model * model, int32_t token) noexcept {
    return shell::guard_value(
        int32_t{0}, [&] { return known(model, token) ? int32_t{llama_vocab_get_attr(model->vocab, token)} : 0; });
}

shl_status shl_vocab_ends(const shl_model * model, int32_t * tokens, int32_t capacity, int32_t * count) noexcept {
    return shell::guard([&] {
        if (model == nullptr || count == nullptr || (tokens == nullptr && capacity > 0)) {
            return fail(SHL_INVALID_ARGUMENT, "model, tokens or count is NULL");
        }
        if (capacity < 0) {
            return fail(SHL_INVALID_ARGUMENT, "capacity is negative");
        }
        *count = 0;
        const int32_t size = llama_vocab_n_tokens(model->vocab);
        for (int32_t token = 0; token < size; ++token) {
            if (llama_vocab_is_eog(model->vocab, token)) {
                if (*count < capacity) {
                    tokens[*count] = token;
                }
                ++*count;
            }
        }
        return SHL_OK;
    });
}
