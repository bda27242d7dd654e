package io.shearling.convert.tokenizer;

import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens begin, end, part and fill a text, and which of them are added to each: from the post-processor, then
 * {@code tokenizer_config.json}, then {@code config.json}, in the order in which llama.cpp's converter finds them.
 */
final class SpecialTokens {
    /** Put before the text of a token that upstream's converter holds for another than the same text would be. */
    private static final char OBJECT = '\0';

    private final List<String> kinds = new ArrayList<>(List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask"));
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final Map<String, Boolean> added = new LinkedHashMap<>();
    private final Optional<JsonPart> config;
    private final boolean upstream;

    private SpecialTokens(Optional<JsonPart> config, boolean upstream) {
        // An empty object is as none.
        this.config = config.filter(part -> !part.fields().values().isEmpty());
        this.upstream = upstream;
    }

    /**
     * The special tokens of a checkpoint.
     *
     * @param json the tokenizer, if it is in that form
     * @param config {@code tokenizer_config.json}
     * @param model {@code config.json}
     * @param size how many tokens there are; numbers beyond are left out
     */
    static SpecialTokens of(
            Optional<TokenizerJson> json,
            Optional<JsonPart> config,
            JsonValue.Fields model,
            int size,
            boolean upstream) {
        SpecialTokens tokens = new SpecialTokens(config, upstream);
        tokens.config.ifPresent(tokens::texts);
        json.ifPresent(tokens::postProcessors);
        tokens.config.ifPresent(part -> tokens.fromConfig(part, json, size));
        tokens.fromModel(model, size);
        return tokens;
    }

    /** The numbers by kind, in order. */
    Map<String, Integer> ids() {
        return ids;
    }

    /** Whether a kind is added to each text, in order. */
    Map<String, Boolean> added() {
        return added;
    }

    private void texts(JsonPart part) {
        for (String kind : List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask", "eot", "eom")) {
            part.fields().find(kind + "_token").flatMap(this::text).ifPresent(text -> texts.put(kind, text));
        }
    }

    /** A token is given as its text or as an object with it. */
    private Optional<String> text(JsonValue value) {
        return value.text()
                .filter(text -> !text.isEmpty())
                .or(() -> value.fields()
                        .flatMap(fields -> fields.find("content"))
                        .flatMap(JsonValue::text)
                        .map(text -> upstream ? OBJECT + text : text));
    }

    private void postProcessors(TokenizerJson json) {
        if (config.isPresent()) {
            copyIfMissing("cls", "bos");
            copyIfMissing("sep", "eos");
        }
        json.postProcessor().ifPresent(part -> {
            List<JsonPart> steps =
                    part.fields().find("processors").isPresent() ? part.parts("processors") : List.of(part);
            for (JsonPart step : steps) {
                if (step.type().equals("RobertaProcessing")) {
                    roberta(step);
                } else if (step.type().equals("TemplateProcessing")) {
                    template(step);
                }
            }
        });
    }

    private void copyIfMissing(String from, String to) {
        String text = texts.get(from);
        if (text != null) {
            texts.putIfAbsent(to, text);
        }
    }

    private void roberta(JsonPart step) {
        added.put("bos", true);
        added.put("eos", true);
        added.put("sep", true);
        if (config.isPresent()) {
            first(step, "cls").ifPresent(text -> texts.putIfAbsent("cls", text));
            first(step, "sep").ifPresent(text -> texts.putIfAbsent("sep", text));
        }
    }

    private static Optional<String> first(JsonPart step, String name) {
        return step.fields()
                .find(name)
                .flatMap(JsonValue::items)
                .filter(items -> !items.isEmpty())
                .flatMap(items -> items.get(0).text());
    }

    private void template(JsonPart step) {
        List<JsonPart> single = step.parts("single");
        String first = single.size() > 1 ? special(single.get(0)) : null;
        String last = single.size() > 1 ? special(single.get(single.size() - 1)) : null;
        if (first != null) {
            begins(first);
        }
        if (last != null) {
            ends(last);
        }
        pair(step.parts("pair"), first, last);
    }

    private void begins(String first) {
        if (config.isEmpty()) {
            texts.put("bos", first);
        } else if (!first.equals(texts.get("bos")) && !first.equals(texts.get("cls"))) {
            texts.putIfAbsent("bos", first);
            texts.putIfAbsent("cls", first);
        }
        added.put("bos", first.equals(texts.get("bos")) || first.equals(texts.get("cls")));
    }

    /** The token that ends a text is the end; one that was called so ends a turn. */
    private void ends(String last) {
        String known = texts.get("eos");
        if (config.isPresent() && !last.equals(known)) {
            String turn = kinds.contains("eot") ? "eom" : "eot";
            if (!kinds.contains(turn)) {
                kinds.add(turn);
                if (known == null) {
                    texts.remove(turn);
                } else {
                    texts.put(turn, known);
                }
            }
        }
        texts.put("eos", last);
        added.put("eos", true);
    }

    /** Whether a token stands between two texts that is not there already. */
    private void pair(List<JsonPart> pair, @Nullable String first, @Nullable String last) {
        if (pair.isEmpty()) {
            return;
        }
        int start = first != null && first.equals(special(pair.get(0))) ? 1 : 0;
        int end = pair.size() - (last != null && last.equals(special(pair.get(pair.size() - 1))) ? 1 : 0);
        if (end - start < 3 || !sequence(pair.get(start), "A") || !sequence(pair.get(end - 1), "B")) {
            return;
        }
        List<JsonPart> between = pair.subList(start + 1, end - 1);
        boolean separated = parts(special(between.get(0))) && last == null;
        if (between.size() == 2) {
            separated |= parts(special(between.get(1)));
        }
        added.put("sep", separated);
        String eos = texts.get("eos");
        if (separated && config.isPresent() && eos != null) {
            texts.putIfAbsent("sep", eos);
        }
    }

    private boolean parts(@Nullable String text) {
        return text != null && (text.equals(texts.get("sep")) || text.equals(texts.get("eos")));
    }

    private static @Nullable String special(JsonPart place) {
        return place.findPart("SpecialToken")
                .flatMap(part -> part.findText("id"))
                .orElse(null);
    }

    private static boolean sequence(JsonPart place, String name) {
        return place.findPart("Sequence")
                .flatMap(part -> part.findText("id"))
                .filter(name::equals)
                .isPresent();
    }

    private void fromConfig(JsonPart part, Optional<TokenizerJson> json, int size) {
        for (String kind : kinds) {
            part.fields()
                    .find("add_" + kind + "_token")
                    .flatMap(JsonValue::bool)
                    .ifPresent(value -> added.put(kind, value));
            String text = texts.get(kind);
            if (text != null) {
                String plain = text.charAt(0) == OBJECT ? text.substring(1) : text;
                json.stream()
                        .flatMap(file -> file.addedTokens().stream())
                        .filter(token -> token.content().equals(plain))
                        .findFirst()
                        .ifPresent(token -> put(kind, token.id(), size));
            }
        }
    }

    private void fromModel(JsonValue.Fields model, int size) {
        Optional<JsonValue.Fields> inner = model.find("text_config").flatMap(JsonValue::fields);
        for (String kind : kinds) {
            String name = kind + "_token_id";
            model.find(name)
                    .or(() -> inner.flatMap(fields -> fields.find(name)))
                    .flatMap(JsonValue::integer)
                    .ifPresent(id -> put(kind, id, size));
        }
    }

    /** Gives kinds that have no token these, by their texts. */
    void fill(Map<String, String> named, TokenizerJson json) {
        named.forEach((kind, text) -> ids.putIfAbsent(
                kind,
                json.addedTokens().stream()
                        .filter(token -> token.content().equals(text))
                        .findFirst()
                        .orElseThrow(() -> JsonPart.fault(
                                json.file(), "there is no added token " + text + ", which models of this kind have"))
                        .id()));
    }

    private void put(String kind, long id, int size) {
        if (id >= 0 && id < size) {
            ids.putIfAbsent(kind, (int) id);
        }
    }
}
