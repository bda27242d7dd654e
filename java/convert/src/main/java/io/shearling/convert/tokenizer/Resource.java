package io.shearling.convert.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The data files beside the classes. */
final class Resource {
    private Resource() {}

    /** All of a file. */
    static String text(String name) {
        try (InputStream bytes = Objects.requireNonNull(Resource.class.getResourceAsStream(name), name)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The columns of each row of a table, without its remarks. */
    static List<String[]> rows(String name) {
        return text(name)
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("\t", -1))
                .toList();
    }
}
