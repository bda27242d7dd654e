package io.shearling.cli;

import io.shearling.recipes.Text;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --text FILE} and {@code --ctx N}: what a step reads to find out how a model uses its weights. */
final class CalibrationChoice {
    private static final int CHUNK_TOKENS = 512;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description = "The text to measure with, in UTF-8. Not the text that you evaluate with.")
    private @Nullable Path text;

    @Option(
            names = "--ctx",
            paramLabel = "N",
            converter = NumberRange.StatisticsTokens.class,
            description = "Tokens of a chunk of the text of --text. Default: 512.")
    private @Nullable Integer chunkTokens;

    /** Whether one of these options is given, and its name. */
    Optional<String> given() {
        if (text != null) {
            return Optional.of("--text");
        }
        return chunkTokens == null ? Optional.empty() : Optional.of("--ctx");
    }

    /** Its file, where one is given. */
    Optional<Path> file() {
        return Optional.ofNullable(text);
    }

    /**
     * Reads the text.
     *
     * @param what needs it, for the message where it is missing
     */
    Text text(String what) {
        if (text == null) {
            throw new UsageException(what + " needs a text; name a file with --text FILE");
        }
        return Text.read(text);
    }

    int chunkTokens() {
        return chunkTokens == null ? CHUNK_TOKENS : chunkTokens;
    }
}
