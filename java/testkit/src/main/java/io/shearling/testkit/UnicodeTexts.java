package io.shearling.testkit;

import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Texts of what breaks most easily where tokens meet: emoji that are several code points, letters with marks, scripts of three
 * and four bytes a letter. Well-formed and in no particular language. The same seed gives the same texts.
 */
public final class UnicodeTexts {
    private static final int JOINER = 0x200D;
    private static final int PICTURE = 0xFE0F;

    private static final List<Function<Random, String>> KINDS = List.of(
            UnicodeTexts::family,
            UnicodeTexts::flag,
            UnicodeTexts::skinTone,
            UnicodeTexts::keycap,
            random -> run(random, 0x4E00, 0x9FFF),
            random -> run(random, 0x20000, 0x2A6DF),
            random -> run(random, 0x3041, 0x3096),
            random -> marked(random, 0x0627, 0x064A, 0x064B, 0x0652),
            random -> marked(random, 0x0915, 0x0939, 0x093E, 0x094C),
            UnicodeTexts::jamo,
            random -> marked(random, 'a', 'z', 0x0300, 0x036F),
            random -> run(random, 0x1D400, 0x1D454),
            random -> run(random, 0x0400, 0x044F),
            random -> run(random, 'a', 'z'),
            random -> " ");

    private UnicodeTexts() {}

    /** So many texts, each of {@code pieces} pieces of the kinds above. */
    public static Stream<String> of(long seed, int count, int pieces) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToObj(each -> text(random, pieces));
    }

    private static String text(Random random, int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(KINDS.get(random.nextInt(KINDS.size())).apply(random));
        }
        return text.toString();
    }

    /** People joined to one sign: woman, joiner, woman, joiner, girl. */
    private static String family(Random random) {
        int[] people = {0x1F468, 0x1F469, 0x1F467, 0x1F466};
        StringBuilder family = new StringBuilder().appendCodePoint(people[random.nextInt(2)]);
        for (int i = random.nextInt(3); i >= 0; i--) {
            family.appendCodePoint(JOINER).appendCodePoint(people[random.nextInt(people.length)]);
        }
        return family.toString();
    }

    /** Two regional indicators. */
    private static String flag(Random random) {
        return codePoints(0x1F1E6 + random.nextInt(26), 0x1F1E6 + random.nextInt(26));
    }

    private static String skinTone(Random random) {
        int[] hands = {0x1F44B, 0x1F44D, 0x1F64C, 0x1F9D1};
        return codePoints(hands[random.nextInt(hands.length)], 0x1F3FB + random.nextInt(5));
    }

    private static String keycap(Random random) {
        return codePoints('0' + random.nextInt(10), PICTURE, 0x20E3);
    }

    /** A Hangul syllable in its parts: lead, vowel, and perhaps a tail. */
    private static String jamo(Random random) {
        int lead = 0x1100 + random.nextInt(19);
        int vowel = 0x1161 + random.nextInt(21);
        return random.nextBoolean() ? codePoints(lead, vowel) : codePoints(lead, vowel, 0x11A8 + random.nextInt(27));
    }

    /** Letters of a range, each with up to three marks of another. */
    private static String marked(Random random, int first, int last, int firstMark, int lastMark) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            text.append(one(random, first, last));
            for (int mark = random.nextInt(4); mark > 0; mark--) {
                text.append(one(random, firstMark, lastMark));
            }
        }
        return text.toString();
    }

    /** One to four characters of a range. */
    private static String run(Random random, int first, int last) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(one(random, first, last));
        }
        return text.toString();
    }

    private static String one(Random random, int first, int last) {
        return codePoints(first + random.nextInt(last - first + 1));
    }

    private static String codePoints(int... points) {
        return new String(points, 0, points.length);
    }
}
