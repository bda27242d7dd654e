package io.shearling.testkit.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The State of the Union addresses of the presidents of the United States, one file each, without paragraphs. Of each the first
 * 6,000 characters are taken, up to the end of a sentence, so that a text of moderate length has many of them.
 */
final class AddressText {
    private static final int MOST_CHARACTERS = 6_000;

    private AddressText() {}

    static List<Document> documents(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> listing = Files.list(folder.resolve("package/data"))) {
            files = listing.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
        List<Document> documents = new ArrayList<>();
        for (Path file : files) {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            documents.add(new Document(String.valueOf(file.getFileName()), beginning(text)));
        }
        return documents;
    }

    static String beginning(String text) {
        String plain = text.replaceAll("\\s+", " ").strip();
        if (plain.length() <= MOST_CHARACTERS) {
            return plain;
        }
        int end = plain.lastIndexOf(". ", MOST_CHARACTERS - 1);
        return plain.substring(0, end < 0 ? MOST_CHARACTERS : end + 1);
    }
}
