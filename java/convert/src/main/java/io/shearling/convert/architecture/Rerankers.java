package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.GatheredRows;
import io.shearling.convert.tokenizer.TokenizerFiles;
import io.shearling.formats.model.PoolingType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Qwen3 as a reranker: a decoder that says "yes" or "no" of a document. llama.cpp scores with the two rows of the head alone.
 */
final class Rerankers {
    private static final List<String> NAMES = List.of("qwen3-reranker", "qwen3-vl-reranker");
    private static final int README_BYTES = 1 << 20;

    /** What the model was trained with, for a query and a document. */
    private static final String TEMPLATE = """
            <|im_start|>system
            Judge whether the Document meets the requirements based on the Query and the Instruct provided. \
            Note that the answer can only be "yes" or "no".<|im_end|>
            <|im_start|>user
            <Instruct>: Given a web search query, retrieve relevant passages that answer the query
            <Query>: {query}
            <Document>: {document}<|im_end|>
            <|im_start|>assistant
            <think>

            </think>

            """;

    /** The rows of the head for "yes" and "no". */
    static final Operation ANSWERS = (tensor, config) -> {
        TokenizerFiles tokenizer = TokenizerFiles.open(config.folder());
        long yes = token(tokenizer, "yes", tensor, config);
        long no = token(tokenizer, "no", tensor, config);
        long columns = tensor.rowElements();
        return new Draft(
                tensor.name(),
                List.of(2L, columns),
                new GatheredRows(tensor.source(), columns, 2, row -> row == 0 ? yes : no));
    };

    private Rerankers() {}

    /** Whether this is one: only its name says so. */
    static boolean is(ModelConfig config) {
        Stream<String> hints = Stream.concat(
                Stream.of(
                        String.valueOf(
                                config.folder().toAbsolutePath().normalize().getFileName()),
                        config.architecture()),
                Stream.of("_name_or_path", "model_type").flatMap(name -> config.text(name).stream()));
        return hints.anyMatch(hint -> names(hint, ""))
                || names(readme(config.folder().resolve("README.md")), "# ");
    }

    private static boolean names(String text, String before) {
        String lower = text.toLowerCase(Locale.ROOT);
        return NAMES.stream().anyMatch(name -> lower.contains(before + name));
    }

    private static String readme(Path file) {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(README_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConvertException(
                    Kind.IO, file.toString(), "it cannot be read (" + e + ")", "check its permissions", e);
        }
    }

    /** Its keys. */
    static void keys(ModelConfig config, Keys keys) {
        keys.u32("pooling_type", PoolingType.RANK.code())
                .texts("classifier.output_labels", "yes", "no")
                .chatTemplate("rerank", TEMPLATE);
    }

    private static long token(TokenizerFiles tokenizer, String text, Draft tensor, ModelConfig config) {
        long id = tokenizer
                .token(text)
                .orElseThrow(() -> new ConvertException(
                        Kind.TOKENIZER,
                        config.folder().toString(),
                        "this is a reranker, and its tokenizer has no token \"" + text + "\"",
                        "fetch the checkpoint again"));
        Operation.require(id < tensor.rows(), tensor, config, "a row for token " + id);
        return id;
    }
}
