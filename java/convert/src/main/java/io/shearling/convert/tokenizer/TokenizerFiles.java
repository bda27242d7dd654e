package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of a checkpoint that describe its tokenizer. Keeps none open. Thread-safe. */
public final class TokenizerFiles {
    private static final String JSON = "tokenizer.json";
    private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

    private final Path folder;
    private final Optional<JsonPart> config;
    private final Ahead<Optional<TokenizerJson>> json;
    private final Map<String, String> specialTokens;

    private TokenizerFiles(
            Path folder,
            Optional<JsonPart> config,
            Ahead<Optional<TokenizerJson>> json,
            Map<String, String> specialTokens) {
        this.folder = folder;
        this.config = config;
        this.json = json;
        this.specialTokens = specialTokens;
    }

    /**
     * The files of a folder. {@code tokenizer.json} is read meanwhile; what is wrong with it is said when a plan needs it.
     *
     * @throws ConvertException when {@code tokenizer_config.json} is there and broken
     */
    public static TokenizerFiles open(Path folder) {
        Ahead<Optional<TokenizerJson>> json = Ahead.of(() -> find(folder, JSON).map(TokenizerJson::read));
        return new TokenizerFiles(folder, JsonPart.find(folder.resolve("tokenizer_config.json")), json, Map.of());
    }

    /** The same with tokens by their kinds, for kinds that no file names. */
    public TokenizerFiles withSpecialTokens(Map<String, String> tokens) {
        return new TokenizerFiles(folder, config, json, Collections.unmodifiableMap(new LinkedHashMap<>(tokens)));
    }

    /**
     * What a GGUF file is to say of the tokenizer.
     *
     * @param kind which files are looked for
     * @param model {@code config.json}
     * @param preTokenizer llama.cpp's name of the pre-tokenizer; empty: found out
     * @param upstream whether the keys are to be those of upstream's converter, its known faults included
     * @throws ConvertException when files are missing or broken, when they contradict the model's, and when
     *     llama.cpp has no name for the pre-tokenizer
     */
    public TokenizerPlan plan(
            TokenizerKind kind, JsonValue.Fields model, Optional<String> preTokenizer, boolean upstream) {
        VocabularyKeys keys = new VocabularyKeys(this, model, preTokenizer, upstream);
        return switch (kind) {
            case BPE -> keys.bytePairs(requireJson());
            case LLAMA -> keys.llama();
            case SENTENCE_PIECE -> keys.sentencePiece();
            case GEMMA -> GemmaVocabulary.one(keys);
            case GEMMA_3 -> GemmaVocabulary.three(keys);
            case GEMMA_4 -> GemmaVocabulary.four(keys);
            case PHI -> keys.phi();
            case WORD_PIECE -> keys.wordPiece(requireJson());
            case UNIGRAM -> keys.unigram();
            case AS_FILED -> keys.asFiled(requireJson());
        };
    }

    /**
     * The number of the token of this text in {@code tokenizer.json}.
     *
     * @throws ConvertException when there is no such file, or it is broken
     */
    public Optional<Integer> token(String text) {
        TokenizerJson json = requireJson();
        int id = json.vocabulary().id(text);
        return id >= 0
                ? Optional.of(id)
                : json.addedTokens().stream()
                        .filter(token -> token.content().equals(text))
                        .map(AddedToken::id)
                        .findFirst();
    }

    Path folder() {
        return folder;
    }

    /** {@code tokenizer_config.json}. */
    Optional<JsonPart> config() {
        return config;
    }

    /** Texts of special tokens by their kinds, for kinds that no file names. */
    Map<String, String> specialTokens() {
        return specialTokens;
    }

    /** Another file of the folder, if it is there. */
    Optional<Path> find(String name) {
        return find(folder, name);
    }

    private static Optional<Path> find(Path folder, String name) {
        Path file = folder.resolve(name);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /** SentencePiece's own file; what transformers saves under that name of a tokenizer from a GGUF file is none. */
    Optional<Path> pieces() {
        return find("tokenizer.model").filter(file -> !isGguf(file));
    }

    private static boolean isGguf(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(GGUF.length), GGUF);
        } catch (IOException e) {
            return false; // its reader says why
        }
    }

    /** {@code tokenizer.json}, with the added tokens of the configuration. */
    Optional<TokenizerJson> json() {
        return json.get().map(this::withConfiguredTokens);
    }

    TokenizerJson requireJson() {
        return json().orElseThrow(() -> missing(JSON));
    }

    /** There is no such file. */
    ConvertException missing(String name) {
        return new ConvertException(
                Kind.TOKENIZER,
                folder.toString(),
                "there is no " + name,
                "fetch it, or let transformers save the tokenizer again with save_pretrained");
    }

    private TokenizerJson withConfiguredTokens(TokenizerJson json) {
        List<AddedToken> tokens = new ArrayList<>(json.addedTokens());
        Set<String> known = new HashSet<>();
        tokens.forEach(token -> known.add(token.content()));
        for (AddedToken token : configuredTokens()) {
            if (known.add(token.content()) && json.vocabulary().text(token.id()).isEmpty()) {
                tokens.add(token);
            }
        }
        return new TokenizerJson(
                json.file(),
                json.type(),
                json.model(),
                json.vocabulary(),
                json.merges(),
                List.copyOf(tokens),
                json.normalizer(),
                json.preTokenizer(),
                json.postProcessor(),
                json.decoder());
    }

    /** The added tokens of {@code tokenizer_config.json}, in its order. */
    List<AddedToken> configuredTokens() {
        List<AddedToken> tokens = new ArrayList<>();
        config.flatMap(part -> part.findPart("added_tokens_decoder")).ifPresent(part -> {
            for (String key : part.fields().values().keySet()) {
                if (!key.matches("[0-9]{1,7}") || Integer.parseInt(key) >= Vocabulary.MAX_TOKENS) {
                    throw part.fault("has the number \"" + Shown.of(key) + "\"");
                }
                part.findPart(key).ifPresent(token -> tokens.add(AddedToken.of(Integer.parseInt(key), token)));
            }
        });
        return tokens;
    }
}
