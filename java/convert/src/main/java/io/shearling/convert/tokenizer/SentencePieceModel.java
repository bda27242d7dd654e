package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.gguf.GgufArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code tokenizer.model} of SentencePiece.
 *
 * @param unigram whether its model is the likeliest row of tokens
 * @param charsmap the table of characters, empty for none
 * @param dummyPrefix whether a text begins as if a space were before it
 * @param removeExtraSpaces whether spaces side by side are one
 */
record SentencePieceModel(
        List<Piece> pieces, boolean unigram, GgufArray charsmap, boolean dummyPrefix, boolean removeExtraSpaces) {
    private static final long MAX_BYTES = 256L << 20;
    private static final int UNIGRAM = 1;

    /**
     * A token.
     *
     * @param type its kind by the model's numbers, which are those of {@link TokenType}
     */
    record Piece(String text, float score, int type) {
        private static final int USER_DEFINED = 4;

        /** Its kind; one that a user defined is written as any other, as it always was. */
        TokenType tokenType() {
            if (type != USER_DEFINED) {
                for (TokenType known : TokenType.values()) {
                    if (known.code() == type) {
                        return known;
                    }
                }
            }
            return TokenType.NORMAL;
        }
    }

    /** Reads a file. */
    static SentencePieceModel read(Path path) {
        String name = path.toString();
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw JsonPart.fault(name, "the file is larger than " + MAX_BYTES + " bytes");
            }
            SentencePieceModel model = parse(new ProtoReader(ByteBuffer.wrap(Files.readAllBytes(path))));
            if (model.pieces.isEmpty() || model.pieces.size() > Vocabulary.MAX_TOKENS) {
                throw JsonPart.fault(name, "the model has " + model.pieces.size() + " tokens");
            }
            return model;
        } catch (CharacterCodingException e) {
            throw new ConvertException(Kind.TOKENIZER, name, "a token is not UTF-8", "fetch the file again", e);
        } catch (ProtoReader.BrokenException e) {
            throw new ConvertException(
                    Kind.TOKENIZER, name, "the file is no SentencePiece model", "fetch the file again", e);
        } catch (IOException e) {
            throw new ConvertException(
                    Kind.IO, name, "the file cannot be read (" + e + ")", "check its permissions and the disk", e);
        }
    }

    private static SentencePieceModel parse(ProtoReader file) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        int type = UNIGRAM;
        byte[] charsmap = new byte[0];
        boolean prefix = true;
        boolean remove = true;
        while (file.next()) {
            switch (file.field()) {
                case 1 -> pieces.add(piece(file.message()));
                case 2 -> {
                    ProtoReader trainer = file.message();
                    while (trainer.next()) {
                        if (trainer.field() == 3) {
                            type = (int) trainer.number();
                        } else {
                            trainer.skip();
                        }
                    }
                }
                case 3 -> {
                    ProtoReader normalizer = file.message();
                    while (normalizer.next()) {
                        switch (normalizer.field()) {
                            case 2 -> charsmap = normalizer.bytes();
                            case 3 -> prefix = normalizer.number() != 0;
                            case 4 -> remove = normalizer.number() != 0;
                            default -> normalizer.skip();
                        }
                    }
                }
                default -> file.skip();
            }
        }
        return new SentencePieceModel(
                List.copyOf(pieces), type == UNIGRAM, GgufArray.ofBytes(charsmap), prefix, remove);
    }

    private static Piece piece(ProtoReader message) throws IOException {
        String text = "";
        float score = 0;
        int type = TokenType.NORMAL.code();
        while (message.next()) {
            switch (message.field()) {
                case 1 ->
                    text = StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(message.bytes()))
                            .toString();
                case 2 -> score = message.real();
                case 3 -> type = (int) message.number();
                default -> message.skip();
            }
        }
        return new Piece(text, score, type);
    }
}
