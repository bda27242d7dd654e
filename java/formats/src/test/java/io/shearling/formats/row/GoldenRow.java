package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** A line of {@code rows.txt}: floats and their encoded form, as the Python package gguf has them. */
record GoldenRow(String use, TensorType type, String name, List<Integer> floatBits, String hex) {

    static List<GoldenRow> all(String use) {
        try (InputStream in = Objects.requireNonNull(GoldenRow.class.getResourceAsStream("rows.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(use + " "))
                    .map(GoldenRow::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    float[] floats() {
        float[] floats = new float[floatBits.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.intBitsToFloat(floatBits.get(i));
        }
        return floats;
    }

    byte[] encoded() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return use + " " + type + " " + name;
    }

    private static GoldenRow parse(String line) {
        List<String> words = List.of(line.split(" ", -1));
        List<Integer> bits = List.of(words.get(3).split(",", -1)).stream()
                .map(word -> Integer.parseUnsignedInt(word, 16))
                .toList();
        return new GoldenRow(words.get(0), TensorType.valueOf(words.get(1)), words.get(2), bits, words.get(4));
    }
}
