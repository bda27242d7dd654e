package io.shearling.convert.tokenizer;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.json.JsonValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the conversion makes of a folder's tokenizer, for tests in other modules. */
public final class FolderTokenizer {
    private final TokenizerFiles files;

    private FolderTokenizer(Path folder) {
        files = TokenizerFiles.open(folder);
    }

    public static FolderTokenizer of(Path folder) {
        return new FolderTokenizer(folder);
    }

    /** The tokens of texts without those around them. */
    public List<List<Integer>> encode(List<String> texts) {
        TextEncoder encoder = TextEncoder.of(files.requireJson());
        return texts.stream()
                .map(text -> Arrays.stream(encoder.encode(text, false)).boxed().toList())
                .toList();
    }

    /** The keys of the output, for a model with so many tokens. */
    public GgufMetadata keys(TokenizerKind kind, int size) {
        GgufMetadata.Builder metadata = GgufMetadata.builder();
        files.plan(kind, JsonValue.object("vocab_size", size), Optional.empty(), false)
                .putInto(metadata);
        return metadata.build();
    }
}
