package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of {@code completion}, in the shell that it is for. */
class CompletionCommandTest {
    private static final String SCRIPT = "script";

    @TempDir
    private Path folder = Path.of("");

    private String bash(String commands) throws IOException, InterruptedException {
        Process bash = new ProcessBuilder("bash", "--noprofile", "--norc", "-c", commands)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(out).isZero();
        return out;
    }

    /** What the shell would offer for the last of the words; {@code compopt} works only while it really completes. */
    private List<String> offers(String... words) throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve(SCRIPT),
                CliRun.of("completion", "bash").succeeded().out());
        String typed = "'" + String.join("' '", words) + "'";
        return bash("compopt() { :; }; source ./" + SCRIPT + "; COMP_WORDS=(shearling " + typed + "); COMP_CWORD="
                        + words.length + "; _complete_shearling; printf '%s\\n' \"${COMPREPLY[@]}\"")
                .lines()
                .map(String::strip)
                .toList();
    }

    @Test
    void script_bash_parses() throws Exception {
        Files.writeString(
                folder.resolve(SCRIPT),
                CliRun.of("completion", "bash").succeeded().out());
        assertThat(bash("bash -n " + SCRIPT)).isEmpty();
        // By its name and by its path, which bash looks up by its last part.
        assertThat(bash("source ./" + SCRIPT + "; complete -p shearling")).contains("-F _complete_shearling");
    }

    @Test
    void script_commandOptionValueAndModel_areCompleted() throws Exception {
        assertThat(offers("to")).containsExactly("tokenize");
        assertThat(offers("run", "--te")).containsExactly("--temperature");
        assertThat(offers("embed", "--pooling", "me")).containsExactly("mean");
        assertThat(offers("run", "-m", "smol")).containsExactly("smollm2-135m");
        assertThat(offers("inspect", "smol")).containsExactly("smollm2-135m");
        assertThat(offers("completion", "z")).containsExactly("zsh");
    }

    @Test
    void script_nameThatAShellWouldRun_isNotOffered() throws Exception {
        Path models = Files.createDirectories(folder.resolve("models/hf/owner/repo/main"));
        for (String name :
                List.of("$(touch pwned).gguf", "`touch pwned`.gguf", "a\";touch pwned;\".gguf", "b.Q4_0.gguf")) {
            Files.createFile(models.resolve(name));
        }
        System.setProperty("shearling.cache", folder.toString());
        try {
            assertThat(offers("run", "-m", "")).contains("hf:owner/repo:b.Q4_0.gguf", "smollm2-135m");
            assertThat(Files.readString(folder.resolve(SCRIPT))).doesNotContain("touch");
        } finally {
            System.clearProperty("shearling.cache");
        }
        assertThat(folder.resolve("pwned")).doesNotExist();
    }

    @Test
    void script_zsh_isTheSame() {
        String zsh = CliRun.of("completion", "zsh").succeeded().out();
        assertThat(zsh).contains("ZSH_VERSION", "bashcompinit");
        assertThat(CliRun.of("completion", "bash").succeeded().out()).isEqualTo(zsh);
    }
}
