package io.shearling.cli;

import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.StatisticsOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --text}, {@code --ctx} and {@code --chunks} of a step that reads a text to find out what a model's parts do. */
final class TextChoice {
    private static final int CHUNKS = 64;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description = "The text, in UTF-8. Not the one that you evaluate with.")
    private @Nullable Path text;

    @Option(
            names = "--ctx",
            paramLabel = "N",
            converter = NumberRange.StatisticsTokens.class,
            description = "Tokens of a chunk of the text. Default: 512.")
    private @Nullable Integer chunkTokens;

    @Option(
            names = "--chunks",
            paramLabel = "N",
            converter = NumberRange.StatisticsChunks.class,
            description = "Chunks of the text to read; 0 for all. Default: 16 to measure, 64 to repair or to score.")
    private @Nullable Integer chunks;

    /** Whether there is a text. */
    boolean given() {
        return text != null;
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
        return chunkTokens == null ? StatisticsOptions.DEFAULT.chunkTokens() : chunkTokens;
    }

    /** Chunks to read, or so many where nothing is said. */
    int chunks(int otherwise) {
        return chunks == null ? otherwise : chunks;
    }

    /** How it is read for a repair or for scores. */
    StatisticsOptions options() {
        return StatisticsOptions.DEFAULT.withChunks(chunkTokens(), chunks(CHUNKS));
    }

    /** Refuses what nothing would read. */
    void requireUnused() {
        if (text != null || chunkTokens != null || chunks != null) {
            throw new UsageException(
                    (text != null ? "--text" : chunkTokens != null ? "--ctx" : "--chunks")
                            + " is about what reads a text, as --repair linear and --rule influence; ask for that, or leave it out");
        }
    }
}
