package io.shearling.cli;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;

/** Reads what is typed in a chat: plain text, in which quotes mean nothing and a backslash at the end asks for another line. */
final class ChatLineParser implements Parser {
    private static final String CONTINUED = "\\";

    private final DefaultParser words =
            new DefaultParser().quoteChars(new char[0]).escapeChars(new char[0]);

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && line.endsWith(CONTINUED)) {
            throw new EOFError(-1, -1, "the line goes on");
        }
        return words.parse(line, cursor, context);
    }

    /** The text without the backslashes that asked for more. */
    static String joined(String text) {
        return text.replace(CONTINUED + "\n", "\n");
    }
}
