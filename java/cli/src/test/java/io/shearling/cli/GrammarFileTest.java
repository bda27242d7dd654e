package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrammarFileTest {
    @TempDir
    private Path folder = Path.of("");

    private void assertRefused(Path file, String fault) {
        assertThatThrownBy(() -> new GrammarFile(file).read())
                .isInstanceOf(FailedException.class)
                .hasMessageStartingWith("the grammar " + file + " " + fault);
    }

    @Test
    void read_grammar_isItsText() throws IOException {
        String text = "root ::= \"gr\u00fcn\"\n";
        assertThat(new GrammarFile(Files.writeString(folder.resolve("a"), text)).read())
                .isEqualTo(text);
    }

    @Test
    void read_whatIsNoGrammar_isRefusedWithTheCause() throws IOException {
        assertRefused(folder.resolve("none"), "does not exist; ");
        assertRefused(folder, "is no regular file; ");
        assertRefused(Files.writeString(folder.resolve("empty"), " \n"), "is empty; ");
        byte[] latin = "root ::=\n  \"gr\u00fcn\"".getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(Files.write(folder.resolve("latin"), latin), "is not UTF-8 (line 2, byte 14 of the file); ");
    }

    @Test
    void read_pipeThatNobodyWritesTo_isRefusedAtOnce() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertRefused(pipe, "is no regular file; ");
    }

    @Test
    void refused_failureOfTheSampler_saysWhere() {
        ShearlingException cause =
                new ShearlingException(ErrorCode.BAD_GRAMMAR, "cannot use the sampler Grammar: expecting ')' at x");
        assertThat(new GrammarFile(Path.of("a.gbnf")).refused(cause))
                .hasMessage(
                        "the grammar a.gbnf does not parse (expecting ')' at x); write GBNF whose first rule is root");
    }
}
