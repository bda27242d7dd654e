package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.SplitRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models over several files, byte for byte those of upstream's converter. */
class SplitGoldenTest {
    private static final Golden GOLDEN = Golden.named("llama-split");

    @TempDir
    private Path folder = Path.of("");

    static List<Golden.Output> outputs() {
        return GOLDEN.outputs();
    }

    @ParameterizedTest
    @MethodSource("outputs")
    void convert_split_equalsUpstreams(Golden.Output expected) throws Exception {
        Path checkpoint = new CheckpointFixture(GOLDEN).write(folder, expected.config());
        Path target = Files.createDirectory(folder.resolve("out")).resolve("model.gguf");
        ConversionOptions options = GOLDEN.options()
                .asUpstream()
                .withType(OutputType.fromName(expected.type()).orElseThrow());
        GgufPlan plan;
        try (Conversion conversion = Conversion.of(checkpoint, options)) {
            SplitRule rule = rule(expected);
            plan = conversion.plan(target, rule);
            assertThat(conversion.write(target, rule, ConversionListener.NONE))
                    .isEqualTo(plan.paths(target).get(0));
        }
        List<Path> paths = plan.paths(target);
        assertThat(paths).extracting(SplitGoldenTest::sha256).containsExactlyElementsOf(expected.sha256s());
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files).containsExactlyInAnyOrderElementsOf(paths);
        }
    }

    private static SplitRule rule(Golden.Output output) {
        List<String> words = output.arguments();
        int tensors = words.contains("--split-max-tensors")
                ? Integer.parseInt(words.get(words.indexOf("--split-max-tensors") + 1))
                : 0;
        long bytes = words.contains("--split-max-size")
                ? 1000
                        * Long.parseLong(
                                words.get(words.indexOf("--split-max-size") + 1).replace("K", ""))
                : 0;
        return new SplitRule(tensors, bytes, words.contains("--no-tensor-first-split"));
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
