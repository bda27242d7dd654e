package io.shearling.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopMatcherTest {
    @Test
    void add_stopAcrossPieces_endsBeforeIt() {
        StopMatcher matcher = new StopMatcher(List.of("</answer>"));
        assertThat(matcher.add("forty two </ans")).isEqualTo("forty two ");
        assertThat(matcher.matched()).isFalse();
        assertThat(matcher.add("wer> and more")).isEmpty();
        assertThat(matcher.matched()).isTrue();
        assertThat(matcher.add("nothing")).isEmpty();
    }

    @Test
    void add_falseAlarm_releasesWhatWasHeld() {
        StopMatcher matcher = new StopMatcher(List.of("abc"));
        assertThat(matcher.add("xab")).isEqualTo("x");
        assertThat(matcher.add("abd")).isEqualTo("ababd");
        assertThat(matcher.add("a")).isEmpty();
        assertThat(matcher.end()).isEqualTo("a");
    }

    @Test
    void add_noStops_passesThrough() {
        StopMatcher matcher = new StopMatcher(List.of());
        assertThat(matcher.add("as it is")).isEqualTo("as it is");
        assertThat(matcher.end()).isEmpty();
    }

    @Test
    void add_randomTexts_agreesWithASearchInTheWhole() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            List<String> stops = List.of(word(random, 1 + random.nextInt(3)), word(random, 1 + random.nextInt(4)));
            String text = word(random, random.nextInt(16));
            StopMatcher matcher = new StopMatcher(stops);
            StringBuilder shown = new StringBuilder();
            int at = 0;
            while (at < text.length() && !matcher.matched()) {
                int to = Math.min(text.length(), at + 1 + random.nextInt(3));
                shown.append(matcher.add(text.substring(at, to)));
                at = to;
            }
            String seen = text.substring(0, at);
            int first = stops.stream()
                    .mapToInt(seen::indexOf)
                    .filter(i -> i >= 0)
                    .min()
                    .orElse(-1);
            assertThat(matcher.matched()).isEqualTo(first >= 0);
            if (first < 0) {
                shown.append(matcher.end());
                assertThat(shown.toString()).isEqualTo(text);
            } else {
                assertThat(shown.toString()).isEqualTo(seen.substring(0, first));
            }
        }
    }

    private static String word(Random random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(2)));
        }
        return word.toString();
    }
}
