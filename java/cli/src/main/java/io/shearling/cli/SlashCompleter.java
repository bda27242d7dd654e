package io.shearling.cli;

import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes the {@code /} commands of a chat. */
final class SlashCompleter implements Completer {
    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() == 0 && line.line().startsWith(SlashCommand.MARK)) {
            for (SlashCommand command : SlashCommand.values()) {
                String word = SlashCommand.MARK + command.word();
                candidates.add(new Candidate(word, word, null, command.description(), null, null, true));
            }
        }
    }
}
