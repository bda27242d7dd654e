package io.shearling.convert.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a tokenizer does before it looks tokens up, in one line; what does not change the tokens is left out. */
final class Signature {
    private static final String PATTERN = "pattern";
    private static final String SAME = "same";
    private static final Map<String, String> NAMES = names();

    private Signature() {}

    /** The line, for messages and for the table. */
    static String of(TokenizerJson json) {
        StringBuilder line = new StringBuilder(json.type().label());
        if (json.byteFallback()) {
            line.append(" bytes");
        }
        if (json.ignoreMerges()) {
            line.append(" whole-words");
        }
        json.normalizer().ifPresent(part -> line.append(" | ").append(steps(part, "normalizers")));
        line.append(" | ")
                .append(json.preTokenizer()
                        .map(part -> steps(part, "pretokenizers"))
                        .orElse("none"));
        // llama.cpp ties the token between two texts to the name.
        json.postProcessor()
                .filter(part -> part.type().equals("RobertaProcessing"))
                .ifPresent(part -> line.append(" | ").append(part.type()));
        return line.toString();
    }

    /** The name that llama.cpp gives to what works as this does. */
    static Optional<String> name(TokenizerJson json) {
        return Optional.ofNullable(NAMES.get(of(json)));
    }

    private static String steps(JsonPart part, String list) {
        if (part.type().equals("Sequence")) {
            return part.parts(list).stream().map(step -> steps(step, list)).collect(Collectors.joining(", "));
        }
        return part.type() + settings(part);
    }

    private static String settings(JsonPart part) {
        return switch (part.type()) {
            case "Split" ->
                "(" + pattern(part) + " " + part.findText("behavior").orElse("")
                        + (part.flag("invert", false) ? " inverted" : "") + ")";
            case "Replace" ->
                "(" + pattern(part) + " " + part.findText("content").orElse("") + ")";
            case "Prepend" -> "(" + part.findText("prepend").orElse("") + ")";
            case "ByteLevel" ->
                (part.flag("use_regex", true) ? "(words" : "(bytes")
                        + (part.flag("add_prefix_space", true) ? " prefix" : "") + ")";
            case "Digits" -> part.flag("individual_digits", false) ? "(single)" : "(runs)";
            case "Punctuation" -> "(" + part.findText("behavior").orElse("Isolated") + ")";
            case "Metaspace" -> {
                Metaspace space = Metaspace.of(part);
                yield "(" + space.letter() + " " + space.prefix() + (space.split() ? " split" : "") + ")";
            }
            default -> "";
        };
    }

    /** With line ends that can be seen: a pattern may have them as letters or as escapes, which is the same. */
    private static String pattern(JsonPart part) {
        String text = part.findText("pattern")
                .or(() -> part.findPart("pattern")
                        .flatMap(pattern -> pattern.findText("Regex").or(() -> pattern.findText("String"))))
                .orElse("");
        return text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t");
    }

    /** The first line of a name, with the patterns by their names; those have no commas and bars of their own. */
    static Optional<String> line(String name) {
        List<String[]> rows = Resource.rows("signatures.tsv");
        String known = rows.stream()
                .filter(row -> row[0].equals(SAME) && row[1].equals(name))
                .map(row -> row[2])
                .findFirst()
                .orElse(name);
        return rows.stream()
                .filter(row -> row[0].equals(known) && row.length == 2)
                .map(row -> row[1])
                .findFirst();
    }

    /** The patterns that have a name, by that. */
    static Map<String, String> patterns() {
        Map<String, String> patterns = new HashMap<>();
        for (String[] row : Resource.rows("signatures.tsv")) {
            if (row[0].equals(PATTERN)) {
                patterns.put("<" + row[1] + ">", row[2]);
            }
        }
        return patterns;
    }

    private static Map<String, String> names() {
        Map<String, String> patterns = patterns();
        Map<String, String> names = new HashMap<>();
        for (String[] row : Resource.rows("signatures.tsv")) {
            if (row[0].equals(PATTERN) || row[0].equals(SAME)) {
                continue;
            }
            String line = row[1];
            for (Map.Entry<String, String> pattern : patterns.entrySet()) {
                line = line.replace(pattern.getKey(), pattern.getValue());
            }
            names.put(line, row[0]);
        }
        return names;
    }
}
