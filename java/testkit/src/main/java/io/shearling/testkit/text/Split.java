package io.shearling.testkit.text;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which documents a part has, and in which order: both come from the checksum of the document's name, so that each beginning of a
 * part is a fair sample of it. One document in four is for evaluation.
 */
final class Split {
    private static final int EVERY = 4;

    private Split() {}

    static boolean has(Part part, Document document) {
        int digit = Character.digit(key(document).charAt(1), 16);
        return part == Part.EVALUATION == (digit % EVERY == 0);
    }

    /** The text of a part: its documents with two empty lines between them. */
    static byte[] text(Part part, List<Document> documents) {
        return documents.stream()
                .filter(document -> has(part, document))
                .sorted(Comparator.comparing(Split::key))
                .map(document -> document.text() + "\n")
                .collect(Collectors.joining("\n\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String key(Document document) {
        return Sha256.of(document.name().getBytes(StandardCharsets.UTF_8));
    }
}
