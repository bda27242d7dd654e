package io.shearling.convert.export;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes a {@code tokenizer.model}: the protocol buffer {@code ModelProto} of
 * <a href="https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto">SentencePiece</a>.
 */
final class PieceModelFile {
    private static final int BPE = 2;
    private static final int BYTES = 256;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private PieceModelFile() {}

    static void write(TokenList tokens, int unknown, boolean prefix, SpecialIds special, Path target)
            throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target))) {
            for (int id = 0; id < tokens.size(); id++) {
                PieceModelFile piece = new PieceModelFile();
                piece.text(1, tokens.text(id).replace(" ", Pieces.SPACE));
                piece.real(2, tokens.score(id));
                piece.number(3, type(tokens, id, unknown));
                message(1, piece, out);
            }
            message(2, trainer(tokens, unknown, special), out);
            PieceModelFile normalizer = new PieceModelFile();
            normalizer.text(1, "identity");
            normalizer.number(3, prefix ? 1 : 0);
            normalizer.number(4, 0);
            normalizer.number(5, 1);
            message(3, normalizer, out);
        }
    }

    /** SentencePiece wants one unknown token, and no other may be that. */
    private static int type(TokenList tokens, int id, int unknown) {
        if (id == unknown) {
            return TokenList.UNKNOWN;
        }
        return tokens.type(id) == TokenList.UNKNOWN ? TokenList.CONTROL : tokens.type(id);
    }

    private static PieceModelFile trainer(TokenList tokens, int unknown, SpecialIds special) {
        PieceModelFile trainer = new PieceModelFile();
        trainer.number(3, BPE);
        trainer.number(4, tokens.size());
        trainer.number(35, tokens.count(TokenList.BYTE) == BYTES ? 1 : 0);
        trainer.number(40, unknown);
        trainer.text(45, tokens.text(unknown));
        trainer.special(41, 46, special.id("bos"), tokens);
        trainer.special(42, 47, special.id("eos"), tokens);
        trainer.special(43, 48, special.id("pad"), tokens);
        return trainer;
    }

    /** A token's number and text; the number is -1 for none. */
    private void special(int idField, int textField, Optional<Integer> id, TokenList tokens) {
        number(idField, id.orElse(-1));
        id.ifPresent(known -> text(textField, tokens.text(known)));
    }

    private void number(int field, long value) {
        varint((long) field << 3);
        varint(value);
    }

    private void real(int field, float value) {
        varint(((long) field << 3) | 5);
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes.write(bits >>> shift);
        }
    }

    private void text(int field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        varint(((long) field << 3) | 2);
        varint(utf8.length);
        bytes.writeBytes(utf8);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    private static void message(int field, PieceModelFile message, OutputStream out) throws IOException {
        PieceModelFile head = new PieceModelFile();
        head.varint(((long) field << 3) | 2);
        head.varint(message.bytes.size());
        head.bytes.writeTo(out);
        message.bytes.writeTo(out);
    }
}
