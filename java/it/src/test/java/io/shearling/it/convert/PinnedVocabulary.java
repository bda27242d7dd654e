package io.shearling.it.convert;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One of the vocabularies of published models that come with llama.cpp's source: a GGUF file without tensors. Beside most of
 * them are texts, and the tokens of the Hugging Face tokenizer for each, without those around a text.
 */
record PinnedVocabulary(Path file) {
    /** How a vocabulary becomes the files of a tokenizer. */
    enum Way {
        EXPORTED,
        /** Its architecture cannot be exported; the files are made as they were published. */
        PUBLISHED,
        /** It is byte-level BPE that does not say how texts are cut. */
        REFUSED
    }

    /** Where the build of native/ shows the folder {@code models} of the source. */
    private static final Path FOLDER = Path.of(System.getProperty("shearling.test.vocabularies", ""));

    private static final String BEGIN = "ggml-vocab-";
    private static final String END = ".gguf";
    private static final String BETWEEN = "\n__ggml_vocab_test__\n";

    static List<PinnedVocabulary> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(PinnedVocabulary::is)
                    .sorted()
                    .map(PinnedVocabulary::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean is(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(BEGIN) && name.endsWith(END);
    }

    static Stream<PinnedVocabulary> going(Way... ways) {
        return all().stream().filter(vocabulary -> List.of(ways).contains(vocabulary.way()));
    }

    private Way way() {
        GgufMetadata keys = keys();
        return switch (keys.string("tokenizer.ggml.model")) {
            case "llama", "bert" -> Way.EXPORTED;
            case "gpt2" -> keys.contains("tokenizer.ggml.pre") ? Way.EXPORTED : Way.REFUSED;
            case "gemma4", "t5" -> Way.PUBLISHED;
            default -> throw new IllegalStateException("no test knows the kind of tokenizer of " + file);
        };
    }

    static PinnedVocabulary named(String name) {
        return new PinnedVocabulary(FOLDER.resolve(BEGIN + name + END));
    }

    String name() {
        String name = String.valueOf(file.getFileName());
        return name.substring(BEGIN.length(), name.length() - END.length());
    }

    GgufMetadata keys() {
        try (GgufFile gguf = GgufFile.open(file)) {
            return gguf.metadata();
        }
    }

    boolean hasTexts() {
        return Files.exists(beside(".inp"));
    }

    List<String> texts() {
        String all = read(".inp");
        // Not in every file the last is followed by what is between.
        String inside = all.endsWith(BETWEEN) ? all.substring(0, all.length() - BETWEEN.length()) : all;
        return List.of(inside.split(BETWEEN, -1));
    }

    /** The tokens of each text. */
    List<List<Integer>> tokens() {
        return read(".out").lines().map(PinnedVocabulary::numbers).toList();
    }

    private static List<Integer> numbers(String line) {
        return Arrays.stream(line.split(" "))
                .filter(number -> !number.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }

    private Path beside(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    private String read(String ending) {
        try {
            return Files.readString(beside(ending));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
