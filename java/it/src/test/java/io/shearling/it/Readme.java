package io.shearling.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the project's README shows. */
final class Readme {
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("^\\| `([a-z]+)[^|]*` \\|", Pattern.MULTILINE);

    private Readme() {}

    /** Its Java program. */
    static String program() {
        Matcher block = JAVA.matcher(text());
        if (!block.find()) {
            throw new AssertionError("README.md shows no Java");
        }
        return block.group(1);
    }

    /** Writes the program into a folder, under the name of its class. */
    static Path programIn(Path folder) throws IOException {
        return Files.writeString(folder.resolve("Sheep.java"), program());
    }

    /** The commands of its table, in order. */
    static List<String> commands() {
        String text = text();
        String section = text.substring(text.indexOf("## The command"), text.indexOf("## What is supported"));
        return COMMAND.matcher(section).results().map(row -> row.group(1)).toList();
    }

    private static String text() {
        try {
            // Tests run in the folder of their module.
            return Files.readString(Path.of("..", "..", "README.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
