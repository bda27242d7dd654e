package io.shearling.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An example from the help of a command, read as a shell would.
 *
 * @param line the line as it stands there
 * @param arguments the words after the name of the program
 * @param stdin what an {@code echo} before it writes; empty without one
 */
record HelpExample(String line, List<String> arguments, String stdin) {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|([^\\s\"]+)");
    private static final Pattern EXAMPLE =
            Pattern.compile("  (?:echo \"([^\"]*)\" \\| |source <\\()?shearling (.*?)\\)?");

    /** The examples of a command. */
    static List<HelpExample> of(String command) {
        return CliRun.of(command, "--help").succeeded().lines().stream()
                .filter(line -> line.startsWith("  ") && line.contains("shearling " + command))
                .map(EXAMPLE::matcher)
                .filter(Matcher::matches)
                .map(example -> new HelpExample(
                        example.group().strip(),
                        words(example.group(2)),
                        example.group(1) == null ? "" : example.group(1) + "\n"))
                .toList();
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
        }
        return words;
    }

    @Override
    public String toString() {
        return line;
    }
}
