package io.shearling.it.recipes;

import io.shearling.recipes.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Texts to evaluate on. */
final class Prose {
    private static final String[] WORDS = {
        "sheep",
        "grass",
        "the",
        "a",
        "river",
        "rain",
        "wool",
        "of",
        "graze",
        "hill",
        "and",
        "dog",
        "on",
        "quiet",
        "gr\u00fcn"
    };

    private Prose() {}

    /** A file of so many words; the same seed gives the same words. */
    static Text words(Path folder, long seed, int count) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextInt(12) == 0 ? ".\n" : " ");
        }
        return write(folder.resolve("words-" + seed + ".txt"), text.toString());
    }

    static Text write(Path file, String text) {
        try {
            return Text.read(Files.writeString(file, text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
