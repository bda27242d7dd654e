package io.shearling.it.fuzz;

import static io.shearling.runtime.error.ErrorCode.BAD_GRAMMAR;
import static io.shearling.runtime.error.ErrorCode.BAD_TEMPLATE;
import static io.shearling.runtime.error.ErrorCode.MODEL_REFUSED;
import static io.shearling.runtime.error.ErrorCode.OUT_OF_MEMORY;

import io.shearling.formats.gguf.GgufValue;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.sampling.SamplerChain;
import io.shearling.testkit.BrokenFiles;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a user may give by mistake, and what must be said of it.
 *
 * @param name of the row
 * @param input makes it
 * @param use does with it what the library refuses
 * @param options of the command {@code run} that make it do the same
 * @param code of the library's exception
 * @param cause a part of the sentence
 * @param remedy a part of the sentence
 */
record BadInput(String name, Input input, Use use, List<String> options, ErrorCode code, String cause, String remedy) {
    /** A model, or what is taken for one, in a folder. */
    interface Input {
        Path in(Path folder) throws IOException;
    }

    /** What a program does with it. */
    interface Use {
        void of(Path file) throws IOException;
    }

    /** No grammar: its rule is never closed. */
    static final String GRAMMAR = "root ::= (\"yes\" | ";

    private static final String TEMPLATE = "tokenizer.chat_template";
    private static final int PLACES = 20;

    static Stream<BadInput> all() {
        return Stream.of(
                        Stream.of(
                                refused(
                                        "missing file",
                                        folder -> folder.resolve("nix.gguf"),
                                        "nix.gguf",
                                        "check the path"),
                                refused("directory", Files::createDirectories, "GGUF file", "in it"),
                                refused("empty file", BadInput::empty, "not a GGUF file", "give the path of a model"),
                                refused("text file", BadInput::text, "not a GGUF file", "give the path of a model"),
                                refused(
                                        "unknown architecture",
                                        with("general.architecture", "nix"),
                                        "\"nix\"",
                                        " llama, "),
                                refused(
                                        "unknown tensor type",
                                        BadInput::tensorType,
                                        "unknown type 99",
                                        "a newer Shearling"),
                                refused("part missing", BadInput::part, "part 2 of 2 is missing", "fetch all parts")),
                        truncated(),
                        flipped(),
                        Stream.of(context(), template(), grammar()))
                .flatMap(rows -> rows);
    }

    private static BadInput refused(String name, Input input, String cause, String remedy) {
        return new BadInput(name, input, file -> Model.load(file).close(), List.of(), MODEL_REFUSED, cause, remedy);
    }

    private static Stream<BadInput> truncated() {
        return Stream.iterate(0, i -> i < PLACES, i -> i + 1)
                .map(i -> refused(
                        "cut at " + i + " of " + PLACES,
                        folder -> {
                            Path whole = TinyModels.in(folder).llama(1);
                            return BrokenFiles.truncate(whole, Files.size(whole) * i / PLACES);
                        },
                        i == 0 ? "not a GGUF file" : "ends",
                        i == 0 ? "give the path of a model" : "convert"));
    }

    /** A bit of the magic, of the number of tensors, of a token's length, and of a tensor's type. */
    private static Stream<BadInput> flipped() {
        return Stream.of(
                flipped("magic", "GGUF", 0, 3, "not a GGUF file"),
                flipped("number of tensors", "GGUF", 9, 7, "tensor"),
                flipped("tokenizer", "<0x7F>", -2, 6, "tokenizer.ggml.tokens"),
                flipped("tensor table", "blk.0.attn_q.weight", 19 + 4 + 16, 6, "blk.0.attn_q.weight"));
    }

    /** Turns over a bit of the byte so far from the beginning of the first of these texts. */
    private static BadInput flipped(String name, String text, int offset, int bit, String cause) {
        return refused(
                "a bit of the " + name,
                folder -> {
                    Path whole = TinyModels.in(folder).llama(1);
                    String bytes = Files.readString(whole, StandardCharsets.ISO_8859_1);
                    return BrokenFiles.flipBit(whole, (bytes.indexOf(text) + offset) * 8L + bit);
                },
                cause,
                "; ");
    }

    private static BadInput context() {
        return new BadInput(
                "context larger than memory",
                folder -> TinyModels.in(folder).llama(1),
                file -> {
                    try (Model model = Model.load(file)) {
                        EngineOptions options = EngineOptions.builder()
                                .contextTokens(1 << 28)
                                .sequences(256)
                                .build();
                        model.newEngine(options).close();
                    }
                },
                List.of("--ctx", Integer.toString(1 << 28)),
                OUT_OF_MEMORY,
                "tokens",
                "ask for ");
    }

    private static BadInput template() {
        return new BadInput(
                "broken template",
                with(TEMPLATE, "{% for message in %}"),
                file -> {
                    try (Model model = Model.load(file)) {
                        model.chatTemplate();
                    }
                },
                List.of(),
                BAD_TEMPLATE,
                "template",
                "raw");
    }

    private static BadInput grammar() {
        return new BadInput(
                "grammar that does not parse",
                folder -> {
                    Files.writeString(folder.resolve("bad.gbnf"), GRAMMAR);
                    return TinyModels.in(folder).llama(1);
                },
                file -> {
                    GenerationOptions options = GenerationOptions.builder()
                            .samplers(SamplerChain.GREEDY.withGrammar(GRAMMAR))
                            .build();
                    try (Model model = Model.load(file);
                            Session session = model.newSession()) {
                        session.complete("sheep", options).await();
                    }
                },
                List.of("--grammar", "bad.gbnf"),
                BAD_GRAMMAR,
                "expecting ')'",
                "at the end");
    }

    private static Input with(String key, String value) {
        return folder -> TinyModels.in(folder).llamaWith("bad", 1, Map.of(key, GgufValue.string(value)));
    }

    private static Path empty(Path folder) throws IOException {
        return Files.createFile(folder.resolve("empty.gguf"));
    }

    private static Path text(Path folder) throws IOException {
        return Files.writeString(folder.resolve("text.gguf"), "a model of sheep\n".repeat(100));
    }

    private static Path tensorType(Path folder) throws IOException {
        LooseModel model =
                LooseModel.of(Files.readAllBytes(TinyModels.in(folder).llama(1)));
        model.tensors.get(1).type = 99;
        return Files.write(folder.resolve("type.gguf"), model.bytes());
    }

    private static Path part(Path folder) throws IOException {
        LooseModel model =
                LooseModel.of(Files.readAllBytes(TinyModels.in(folder).llama(1)));
        model.put("split.no", LooseValue.scalar(2, 0));
        model.put("split.count", LooseValue.scalar(2, 2));
        model.put("split.tensors.count", LooseValue.scalar(LooseValue.I32, 2L * model.tensors.size()));
        return Files.write(folder.resolve("model-00001-of-00002.gguf"), model.bytes());
    }

    @Override
    public String toString() {
        return name;
    }
}
