package io.shearling.testkit.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * The articles of the Free On-line Dictionary of Computing out of a DICT database: headwords at the margin, the article indented by
 * three blanks.
 *
 * <p>An article is its first headword and its paragraphs, each on one line. Out of the text go the braces around links, the
 * addresses in them, and the subject in angle brackets at the beginning. Paragraphs of a date, of a source, or of nothing but a
 * link are left out, as is everything that is indented further (tables, programs), and articles of less than 400 characters.
 */
final class DictionaryText {
    private static final int LEAST_CHARACTERS = 400;
    private static final String INDENT = "   ";
    private static final Pattern DEEPER = Pattern.compile("(?m)^    +.*$");
    private static final Pattern LINK = Pattern.compile("\\{([^{}]*)\\}");
    private static final Pattern ADDRESS = Pattern.compile("\\s*\\(\\S*[:/]\\S*\\)");
    private static final Pattern SUBJECT = Pattern.compile("^<[^<>]*>\\s*");
    private static final Pattern NO_PROSE =
            Pattern.compile("\\(\\d{4}-\\d\\d(-\\d\\d)?\\)|\\[.*\\]|[\\p{Punct}\\s]*|\\{[^{}]*\\}\\.?");

    private DictionaryText() {}

    static List<Document> documents(Path folder) throws IOException {
        Path database = folder.resolve("usr/share/dictd/foldoc.dict.dz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(database))) {
            return documents(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static List<Document> documents(String database) {
        List<Document> documents = new ArrayList<>();
        String headword = "";
        StringBuilder article = new StringBuilder();
        for (String line : database.split("\n", -1)) {
            boolean atMargin = !line.isEmpty() && line.charAt(0) != ' ';
            if (!atMargin) {
                article.append(line).append('\n');
            } else if (article.length() > 0) {
                add(documents, headword, article.toString());
                headword = line;
                article.setLength(0);
            }
        }
        add(documents, headword, article.toString());
        return documents;
    }

    private static void add(List<Document> documents, String headword, String article) {
        // What the database says of itself stands before the first article.
        if (headword.isEmpty() || headword.startsWith("00-database") || headword.startsWith("The original data")) {
            return;
        }
        String text = Pattern.compile("\n\\s*\n")
                .splitAsStream(article)
                .filter(paragraph -> !DEEPER.matcher(paragraph).find())
                .map(DictionaryText::paragraph)
                .filter(paragraph -> !paragraph.isEmpty())
                .collect(Collectors.joining("\n\n"));
        if (text.length() >= LEAST_CHARACTERS) {
            // The same headword may come again: number and name are unique.
            documents.add(new Document(documents.size() + " " + headword, headword + "\n\n" + text));
        }
    }

    private static String paragraph(String lines) {
        String joined = lines.lines()
                .map(line -> line.startsWith(INDENT) ? line.substring(INDENT.length()) : line)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "));
        if (NO_PROSE.matcher(joined).matches()) {
            return "";
        }
        String linked = LINK.matcher(joined)
                .replaceAll(link -> Matcher.quoteReplacement(
                        ADDRESS.matcher(link.group(1)).replaceAll("").strip()));
        String plain = SUBJECT.matcher(linked)
                .replaceFirst("")
                .replaceAll("[{}]", "")
                .replaceAll("\\s+", " ")
                .strip();
        return NO_PROSE.matcher(plain).matches() ? "" : plain;
    }
}
