package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.tokenizer.PreTokenizerId.Basis;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Collects the keys of one tokenizer in upstream's order; for one plan. */
final class VocabularyKeys {
    static final String GGML = "tokenizer.ggml.";
    private static final String TEMPLATE = "tokenizer.chat_template";

    /** The names in keys of the kinds that have one. */
    private static final Map<String, String> ID_KEYS = Map.of(
            "bos", "bos_token_id",
            "eos", "eos_token_id",
            "eot", "eot_token_id",
            "eom", "eom_token_id",
            "unk", "unknown_token_id",
            "sep", "seperator_token_id",
            "pad", "padding_token_id",
            "mask", "mask_token_id");

    private static final List<String> ADDED = List.of("bos", "eos", "sep");
    private static final int CODE_LLAMA_TOKENS = 32_016;
    private static final int CODE_LLAMA_EOT = 32_010;
    private static final int GRANITE_TOKENS = 49_152;

    private final Map<String, GgufValue> keys = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final TokenizerFiles files;
    private final JsonValue.Fields model;
    private final Optional<String> given;
    private final boolean upstream;

    VocabularyKeys(TokenizerFiles files, JsonValue.Fields model, Optional<String> given, boolean upstream) {
        this.files = files;
        this.model = model;
        this.given = given;
        this.upstream = upstream;
    }

    /** Byte-level BPE. */
    TokenizerPlan bytePairs(TokenizerJson json) {
        require(json, ModelType.BPE);
        Ahead<PreTokenizerId> found = Ahead.of(() -> preTokenizer(json));
        TokenTable tokens = JsonTokens.bytePairs(json, files, size("vocab_size"));
        put("model", GgufValue.string("gpt2"));
        put("pre", GgufValue.string("")); // in its place, until it is found
        put("tokens", tokens.textValues(json.file()));
        put("token_type", tokens.typeValues());
        merges(json);
        special(Optional.of(json), Integer.MAX_VALUE);
        PreTokenizerId pre = found.get();
        put("pre", GgufValue.string(pre.name()));
        note(pre);
        return plan(tokens, Optional.of(pre));
    }

    /** SentencePiece, else BPE with tokens of bytes, else byte-level BPE. */
    TokenizerPlan llama() {
        files.config()
                .flatMap(part -> part.fields().find("add_prefix_space"))
                .flatMap(JsonValue::bool)
                .ifPresent(value -> put("add_space_prefix", GgufValue.bool(value)));
        TokenizerPlan plan = files.pieces().isPresent() ? sentencePiece() : withoutSentencePiece();
        Optional<Integer> size = size("vocab_size");
        // Two families that are known by the number of their tokens alone.
        if (size.filter(count -> count == CODE_LLAMA_TOKENS).isPresent()) {
            put("eot_token_id", GgufValue.u32(CODE_LLAMA_EOT));
        }
        if (size.filter(count -> count == GRANITE_TOKENS).isPresent()) {
            put("add_bos_token", GgufValue.bool(false));
        }
        return new TokenizerPlan(keys, plan.size(), plan.preTokenizer(), notes);
    }

    private TokenizerPlan withoutSentencePiece() {
        TokenizerJson json = files.requireJson();
        return likeSentencePiece(json) ? bytesAsTokens(json) : bytePairs(json);
    }

    /** Whether it has SentencePiece's ways; upstream does not look whether texts become letters for bytes before. */
    private boolean likeSentencePiece(TokenizerJson json) {
        return json.type() == ModelType.BPE
                && json.byteFallback()
                && json.decoder().filter(part -> part.type().equals("Sequence")).isPresent()
                && (upstream || !byLetters(json));
    }

    private static boolean byLetters(TokenizerJson json) {
        return json
                .preTokenizer()
                .map(part -> part.type().equals("Sequence") ? part.parts("pretokenizers") : List.of(part))
                .orElse(List.of())
                .stream()
                .anyMatch(part -> part.type().equals("ByteLevel"));
    }

    /** Whether there is SentencePiece's own file or one that can take its place. */
    boolean hasPieces() {
        return files.pieces().isPresent()
                || (!upstream && files.json().filter(this::likeSentencePiece).isPresent());
    }

    /** Whether the keys are to be upstream's, its known faults included. */
    boolean upstream() {
        return upstream;
    }

    TokenizerJson requireJson() {
        return files.requireJson();
    }

    /** SentencePiece's own file. */
    TokenizerPlan sentencePiece() {
        var path = files.pieces();
        if (path.isEmpty() && !upstream) {
            Optional<TokenizerJson> json = files.json().filter(this::likeSentencePiece);
            if (json.isPresent()) {
                return bytesAsTokens(json.get());
            }
        }
        SentencePieceModel pieces = SentencePieceModel.read(path.orElseThrow(() -> files.missing("tokenizer.model")));
        return likeLlama(
                PieceTokens.of(pieces, files, size("vocab_size")), path.get().toString());
    }

    /** SentencePiece's own file and what Phi-3 adds to it. */
    TokenizerPlan phi() {
        var path = files.pieces();
        if (path.isEmpty()) {
            return sentencePiece();
        }
        TokenTable tokens = PieceTokens.ofPhi(SentencePieceModel.read(path.get()), files, size("vocab_size"));
        return likeLlama(tokens, path.get().toString());
    }

    private TokenizerPlan bytesAsTokens(TokenizerJson json) {
        return likeLlama(bytesAsTokens(json, true), json.file());
    }

    private TokenTable bytesAsTokens(TokenizerJson json, boolean cutOutSpaces) {
        TokenTable tokens = JsonTokens.bytesAsTokens(json, files, size("vocab_size"), upstream);
        if (!upstream) {
            JsonTokens.cutOutAdded(tokens, json, cutOutSpaces);
        }
        return tokens;
    }

    /** BPE with tokens of bytes, and its merges; some tokens are shown, though they are special. */
    TokenizerPlan bytesAndMerges(String model, Set<String> shown) {
        TokenizerJson json = requireJson();
        if (!likeSentencePiece(json)) {
            throw JsonPart.fault(json.file(), "the tokenizer is no BPE with tokens of bytes");
        }
        TokenTable tokens = bytesAsTokens(json, false);
        for (int id = 0; id < tokens.size(); id++) {
            if (shown.contains(tokens.text(id))) {
                tokens.set(id, tokens.text(id), TokenType.USER_DEFINED, tokens.score(id));
            }
        }
        put("model", GgufValue.string(model));
        put("tokens", tokens.textValues(json.file()));
        put("scores", tokens.scoreValues());
        put("token_type", tokens.typeValues());
        merges(json);
        special(Optional.of(json), Integer.MAX_VALUE);
        return plan(tokens, Optional.empty());
    }

    private TokenizerPlan likeLlama(TokenTable tokens, String file) {
        put("model", GgufValue.string("llama"));
        put("pre", GgufValue.string("default"));
        put("tokens", tokens.textValues(file));
        put("scores", tokens.scoreValues());
        put("token_type", tokens.typeValues());
        special(files.json(), tokens.size());
        return plan(tokens, Optional.empty());
    }

    /** WordPiece. */
    TokenizerPlan wordPiece(TokenizerJson json) {
        require(json, ModelType.WORDPIECE);
        TokenTable tokens = JsonTokens.wordPieces(json, files, size("vocab_size"));
        PreTokenizerId pre = preTokenizer(json);
        note(pre);
        put("token_type_count", GgufValue.u32(size("type_vocab_size").orElse(1)));
        put("model", GgufValue.string("bert"));
        put("pre", GgufValue.string(pre.name()));
        put("tokens", tokens.textValues(json.file()));
        put("token_type", tokens.typeValues());
        special(Optional.of(json), tokens.size());
        return plan(tokens, Optional.of(pre));
    }

    /** Whatever {@code tokenizer.json} is. */
    TokenizerPlan asFiled(TokenizerJson json) {
        return switch (json.type()) {
            case WORDPIECE -> wordPiece(json);
            case UNIGRAM -> unigram(true);
            case BPE ->
                json.preTokenizer()
                                .filter(part -> part.type().equals("Whitespace"))
                                .isPresent()
                        ? words(json)
                        : bytePairs(json);
        };
    }

    /** BPE of words as they are. */
    private TokenizerPlan words(TokenizerJson json) {
        TokenTable tokens = JsonTokens.bytePairs(json, files, size("vocab_size"));
        put("model", GgufValue.string("whitespace"));
        put("pre", GgufValue.string("whitespace"));
        put("tokens", tokens.textValues(json.file()));
        put("token_type", tokens.typeValues());
        merges(json);
        special(Optional.of(json), Integer.MAX_VALUE);
        return plan(tokens, Optional.empty());
    }

    /** Unigram as XLM-RoBERTa has it. */
    TokenizerPlan unigram() {
        return unigram(false);
    }

    /**
     * The same.
     *
     * @param masked whether upstream knows of the mask that SentencePiece's file lacks
     */
    private TokenizerPlan unigram(boolean masked) {
        var path = files.find("sentencepiece.bpe.model");
        Optional<TokenizerJson> json = files.json();
        UnigramTokens unigram = path.isPresent()
                ? UnigramTokens.of(path.get().toString(), SentencePieceModel.read(path.get()), size("vocab_size"))
                : UnigramTokens.of(
                        json.orElseThrow(() -> files.missing("tokenizer.json")), files, size("vocab_size"), upstream);
        if (path.isPresent() && upstream && masked) {
            unigram.setMask(path.get().toString());
        } else if (path.isPresent() && !upstream) {
            unigram.fill(json.map(TokenizerJson::addedTokens).orElse(files.configuredTokens()));
        }
        put("model", GgufValue.string("t5"));
        put("pre", GgufValue.string("default"));
        put("tokens", unigram.tokens().textValues(files.folder().toString()));
        put("scores", unigram.tokens().scoreValues());
        put("token_type", unigram.tokens().typeValues());
        put("add_space_prefix", GgufValue.bool(unigram.spacePrefix()));
        put("token_type_count", GgufValue.u32(size("type_vocab_size").orElse(1)));
        put("remove_extra_whitespaces", GgufValue.bool(unigram.removeExtraSpaces()));
        if (unigram.charsmap().size() > 0) {
            put("precompiled_charsmap", unigram.charsmap());
        }
        special(json, unigram.tokens().size());
        return plan(unigram.tokens(), Optional.empty());
    }

    private void merges(TokenizerJson json) {
        List<String> merges = new ArrayList<>(json.merges().size());
        for (int rank = 0; rank < json.merges().size(); rank++) {
            merges.add(json.mergeText(rank));
        }
        if (!merges.isEmpty()) {
            put("merges", GgufArray.ofStrings(merges));
        }
    }

    private void special(Optional<TokenizerJson> json, int size) {
        SpecialTokens tokens = SpecialTokens.of(json, files.config(), model, size, upstream);
        json.ifPresent(file -> tokens.fill(files.specialTokens(), file));
        tokens.ids().forEach((kind, id) -> {
            String key = ID_KEYS.get(kind);
            if (key != null) {
                put(key, GgufValue.u32(id));
            }
        });
        tokens.added().forEach((kind, value) -> {
            if (ADDED.contains(kind)) {
                put("add_" + kind + "_token", GgufValue.bool(value));
            }
        });
        if (files.config().isPresent() || !upstream) {
            templates(ChatTemplates.of(files.folder(), files.config()));
        }
        json.flatMap(TokenizerJson::normalizer).ifPresent(this::normalizer);
    }

    private void templates(Map<String, String> templates) {
        List<String> names = new ArrayList<>();
        templates.forEach((name, template) -> {
            if (!name.equals("default")) {
                names.add(name);
                keys.put(TEMPLATE + "." + name, GgufValue.string(template));
            }
        });
        if (!names.isEmpty()) {
            keys.put("tokenizer.chat_templates", GgufArray.ofStrings(names));
        }
        String template = templates.get("default");
        if (template != null) {
            keys.put(TEMPLATE, GgufValue.string(template));
        }
    }

    private void normalizer(JsonPart normalizer) {
        Map<String, Boolean> flags = new LinkedHashMap<>();
        flags(normalizer, flags);
        for (String name : List.of("lowercase", "strip_accents")) {
            Boolean value = flags.get(name);
            if (value != null) {
                put("normalizer." + name, GgufValue.bool(value));
            }
        }
    }

    private static void flags(JsonPart part, Map<String, Boolean> flags) {
        switch (part.type()) {
            case "Lowercase" -> flags.put("lowercase", true);
            case "StripAccents" -> flags.put("strip_accents", true);
            case "Sequence" -> part.parts("normalizers").forEach(step -> flags(step, flags));
            case "BertNormalizer" -> {
                for (String name : List.of("lowercase", "strip_accents")) {
                    Optional<Boolean> value = part.fields().find(name).flatMap(JsonValue::bool);
                    if (value.isPresent()) {
                        flags.put(name, value.get());
                    } else if (part.fields().values().containsKey(name)) {
                        flags.remove(name);
                    }
                }
            }
            default -> {
                // Says nothing of letters' case and accents.
            }
        }
    }

    private PreTokenizerId preTokenizer(TokenizerJson json) {
        return given.map(name -> new PreTokenizerId(name, Basis.GIVEN, ""))
                .orElseGet(() -> PreTokenizerFinder.find(json, upstream));
    }

    private void note(PreTokenizerId found) {
        String by = switch (found.basis()) {
            case GIVEN, HASH -> "";
            case HASH_INSIDE -> "the tokens inside a text";
            case STRUCTURE -> "its steps";
            case BEHAVIOUR -> "how it cuts texts";
        };
        if (!by.isEmpty()) {
            notes.add("The pre-tokenizer was taken for \"" + found.name() + "\" by " + by + ".");
        }
    }

    /** A number of the model's configuration; that of the text part wins. */
    private Optional<Integer> size(String name) {
        return model.find("text_config")
                .flatMap(JsonValue::fields)
                .flatMap(fields -> fields.find(name))
                .or(() -> model.find(name))
                .flatMap(JsonValue::integer)
                .map(value -> {
                    if (value < 0 || value > Vocabulary.MAX_TOKENS) {
                        throw new ConvertException(
                                Kind.CONFIG,
                                files.folder().resolve("config.json").toString(),
                                name + " is " + value,
                                "fetch the checkpoint again");
                    }
                    return value.intValue();
                });
    }

    private static void require(TokenizerJson json, ModelType type) {
        if (json.type() != type) {
            throw JsonPart.fault(
                    json.file(),
                    "the tokenizer is of the kind " + json.type().label() + ", and this architecture has "
                            + type.label());
        }
    }

    private void put(String name, GgufValue value) {
        keys.put(GGML + name, value);
    }

    private TokenizerPlan plan(TokenTable tokens, Optional<PreTokenizerId> pre) {
        return new TokenizerPlan(keys, tokens.size(), pre, notes);
    }
}
