#include "fixture.h"

#include <cstring>

using namespace fixture;

namespace {

class TokenizerTest : public Counted {
protected:
    Model model;

    void SetUp() override {
        load_backend();
        Counted::SetUp();
        model = load(decoder_file());
    }

    void TearDown() override {
        model.reset();
        Counted::TearDown();
    }

    std::vector<int32_t> tokens_of(const std::string & text, bool add_special = false, bool parse_special = false) {
        int32_t count = 0;
        const auto * const bytes = reinterpret_cast<const uint8_t *>(text.data());
        const auto size = static_cast<int64_t>(text.size());
        EXPECT_EQ(shl_tokenize(model.get(), bytes, size, add_special, parse_special, nullptr, 0, &count), SHL_OK);
        std::vector<int32_t> tokens(static_cast<size_t>(count));
        EXPECT_EQ(
            shl_tokenize(model.get(), bytes, size, add_special, parse_special, tokens.data(), count, &count), SHL_OK);
        return tokens;
    }

    std::string text_of(const std::vector<int32_t> & tokens, bool special = false) {
        int64_t size = 0;
        const auto count = static_cast<int32_t>(tokens.size());
        EXPECT_EQ(shl_detokenize(model.get(), tokens.data(), count, special, nullptr, 0, &size), SHL_OK);
        std::string text(static_cast<size_t>(size), '\0');
        auto * const bytes = reinterpret_cast<uint8_t *>(text.data());
        EXPECT_EQ(shl_detokenize(model.get(), tokens.data(), count, special, bytes, size, &size), SHL_OK);
        return text;
    }
};

} // namespace

TEST_F(TokenizerTest, roundTrip_anyText_same) {
    for (const std::string text :
        {"a b", "sheep graze", "\xC3\xA4\xF0\x9F\x90\x91 wool\n", "", " leading", "tab\there"}) {
        EXPECT_EQ(text_of(tokens_of(text)), text);
    }
    const std::string longer(5000, 'x');
    EXPECT_EQ(text_of(tokens_of(longer)), longer);
}

TEST_F(TokenizerTest, tokenize_invalidUtf8_noCrash) {
    EXPECT_FALSE(tokens_of("\xFF\xFE\x80 a").empty());
    EXPECT_FALSE(tokens_of(std::string("a\0b", 3)).empty());
}

TEST_F(TokenizerTest, tokenize_special_addedAndParsed) {
    EXPECT_EQ(tokens_of("a", true).front(), BOS);
    EXPECT_EQ(tokens_of("", true), std::vector<int32_t>{BOS});
    EXPECT_EQ(tokens_of("</s>", false, true).back(), EOS);
    EXPECT_NE(tokens_of("</s>", false, false).back(), EOS);
    EXPECT_EQ(text_of({BOS, EOS}, true), "<s></s>");
    EXPECT_EQ(text_of({BOS, EOS}, false), "");
}

TEST_F(TokenizerTest, tokenize_smallBuffer_countTold) {
    const auto all = tokens_of("a b c d");
    int32_t two[3] = {-7, -7, -7};
    int32_t count = 0;
    const auto * const bytes = reinterpret_cast<const uint8_t *>("a b c d");
    ASSERT_EQ(shl_tokenize(model.get(), bytes, 7, false, false, two, 2, &count), SHL_OK);
    EXPECT_EQ(static_cast<size_t>(count), all.size());
    EXPECT_EQ(two[0], all[0]);
    EXPECT_EQ(two[1], all[1]);
    EXPECT_EQ(two[2], -7);
}

TEST_F(TokenizerTest, detokenize_smallBuffer_sizeTold) {
    const auto all = tokens_of("sheep");
    uint8_t three[4] = {0, 0, 0, '#'};
    int64_t size = 0;
    ASSERT_EQ(
        shl_detokenize(model.get(), all.data(), static_cast<int32_t>(all.size()), false, three, 3, &size), SHL_OK);
    EXPECT_EQ(size, 5);
    EXPECT_EQ(std::memcmp(three, "she#", 4), 0);
}

TEST_F(TokenizerTest, piece_eachToken_boundedBySize) {
    uint8_t bytes[64];
    EXPECT_EQ(shl_token_piece(model.get(), 3 + 'Q', false, bytes, 64), 1);
    EXPECT_EQ(bytes[0], 'Q');
    EXPECT_EQ(shl_token_piece(model.get(), VOCABULARY - 1, false, bytes, 64), 8); // " word319"
    EXPECT_EQ(bytes[0], ' ');
    bytes[2] = '#';
    EXPECT_EQ(shl_token_piece(model.get(), VOCABULARY - 1, false, bytes, 2), 8);
    EXPECT_EQ(bytes[2], '#');
    EXPECT_EQ(shl_token_piece(model.get(), VOCABULARY - 1, false, nullptr, 0), 8);
    EXPECT_EQ(shl_token_piece(model.get(), EOS, true, bytes, 64), 4);
    EXPECT_EQ(shl_token_piece(model.get(), EOS, false, bytes, 64), 0);
    EXPECT_EQ(shl_token_piece(model.get(), VOCABULARY, false, bytes, 64), -1);
    EXPECT_EQ(shl_token_piece(model.get(), -1, false, bytes, 64), -1);
    EXPECT_EQ(shl_token_piece(nullptr, 1, false, bytes, 64), -1);
    EXPECT_EQ(shl_token_piece(model.get(), 1, false, nullptr, 4), -1);
}

TEST_F(TokenizerTest, attributes_kinds_told) {
    EXPECT_EQ(shl_token_attributes(model.get(), 0), 1);
    EXPECT_EQ(shl_token_attributes(model.get(), BOS), 8);
    EXPECT_EQ(shl_token_attributes(model.get(), 3), 32);
    EXPECT_EQ(shl_token_attributes(model.get(), VOCABULARY - 1), 4);
    EXPECT_EQ(shl_token_attributes(model.get(), VOCABULARY), 0);
    EXPECT_EQ(shl_token_attributes(nullptr, 0), 0);
}

TEST_F(TokenizerTest, ends_decoder_listed) {
    int32_t tokens[4] = {-1, -1, -1, -1};
    int32_t count = 0;
    ASSERT_EQ(shl_vocab_ends(model.get(), tokens, 4, &count), SHL_OK);
    EXPECT_EQ(count, 1);
    EXPECT_EQ(tokens[0], EOS);
    EXPECT_EQ(tokens[1], -1);
    tokens[0] = -1;
    ASSERT_EQ(shl_vocab_ends(model.get(), tokens, 0, &count), SHL_OK);
    EXPECT_EQ(count, 1);
    EXPECT_EQ(tokens[0], -1);
    ASSERT_EQ(shl_vocab_ends(model.get(), nullptr, 0, &count), SHL_OK);
    EXPECT_EQ(shl_vocab_ends(model.get(), nullptr, 1, &count), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_vocab_ends(model.get(), tokens, -1, &count), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_vocab_ends(nullptr, tokens, 4, &count), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_vocab_ends(model.get(), tokens, 4, nullptr), SHL_INVALID_ARGUMENT);
}

TEST_F(TokenizerTest, vocab_decoder_described) {
    shl_vocab_info info;
    ASSERT_EQ(shl_vocab_read(model.get(), &info), SHL_OK);
    EXPECT_EQ(info.size, VOCABULARY);
    EXPECT_EQ(info.bos, BOS);
    EXPECT_EQ(info.eos, EOS);
    EXPECT_EQ(info.mask, -1);
    EXPECT_TRUE(info.add_bos);
    EXPECT_FALSE(info.add_eos);
}

TEST_F(TokenizerTest, tokenize_encoder_clsAndSep) {
    model = load(encoder_file());
    const auto tokens = tokens_of("sheep graze in the meadow.", true);
    EXPECT_EQ(tokens, (std::vector<int32_t>{2, 5, 6, 7, 8, 9, 11, 3}));
}

TEST_F(TokenizerTest, functions_badArguments_refused) {
    int32_t count = 0;
    int32_t tokens[2] = {1, VOCABULARY};
    int64_t size = 0;
    uint8_t byte = 'a';
    EXPECT_EQ(shl_vocab_read(nullptr, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_tokenize(nullptr, &byte, 1, false, false, tokens, 2, &count), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_tokenize(model.get(), nullptr, 1, false, false, tokens, 2, &count), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_tokenize(model.get(), &byte, -1, false, false, tokens, 2, &count), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_tokenize(model.get(), &byte, 1, false, false, nullptr, 2, &count), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_tokenize(model.get(), &byte, 1, false, false, tokens, -1, &count), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_tokenize(model.get(), &byte, 1, false, false, tokens, 2, nullptr), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_detokenize(model.get(), tokens, 2, false, nullptr, 0, &size), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_detokenize(model.get(), nullptr, 1, false, nullptr, 0, &size), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_detokenize(model.get(), tokens, -1, false, nullptr, 0, &size), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_detokenize(model.get(), tokens, 1, false, nullptr, 1, &size), SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_detokenize(model.get(), tokens, 1, false, nullptr, 0, nullptr), SHL_INVALID_ARGUMENT);
}
