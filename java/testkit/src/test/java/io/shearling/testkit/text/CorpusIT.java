package io.shearling.testkit.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The texts can be had, are those that are pinned, and their parts have nothing in common. */
class CorpusIT {
    @ParameterizedTest
    @EnumSource
    void path_ofBothParts_areLargeAndDisjoint(Corpus corpus) throws IOException {
        byte[] calibration = Files.readAllBytes(corpus.path(Part.CALIBRATION));
        byte[] evaluation = Files.readAllBytes(corpus.path(Part.EVALUATION));

        assertThat(Sha256.of(calibration)).isEqualTo(corpus.sha256(Part.CALIBRATION));
        assertThat(Sha256.of(evaluation)).isEqualTo(corpus.sha256(Part.EVALUATION));
        assertThat(calibration.length).isGreaterThan(1_000_000);
        assertThat(evaluation.length).isGreaterThan(300_000);
        Set<String> common = documents(calibration);
        common.retainAll(documents(evaluation));
        assertThat(common).isEmpty();
    }

    private static Set<String> documents(byte[] text) {
        return new HashSet<>(Arrays.asList(new String(text, StandardCharsets.UTF_8).split("\n\n\n")));
    }
}
