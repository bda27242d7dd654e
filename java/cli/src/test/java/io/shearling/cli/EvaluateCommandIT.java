package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command on tiny models. */
@ExtendWith(NativeLeakCheck.class)
class EvaluateCommandIT {
    @TempDir
    private Path folder = Path.of("");

    private String model = "";
    private String base = "";
    private String text = "";

    @BeforeEach
    void write() throws IOException {
        model = TinyModels.in(folder).llama(1).toString();
        base = TinyModels.in(folder).llama(2).toString();
        text = Files.writeString(folder.resolve("text.txt"), "the sheep graze on the hill. ".repeat(40))
                .toString();
    }

    private static CliRun evaluate(String... arguments) {
        String[] all = new String[arguments.length + 7];
        System.arraycopy(arguments, 0, all, 7, arguments.length);
        System.arraycopy(
                new String[] {"evaluate", "--quiet", "--threads", "1", "--ctx", "64", "--chunks=3"}, 0, all, 0, 7);
        return CliRun.of(all);
    }

    @Test
    void evaluate_model_printsItsPerplexity() {
        CliRun run = evaluate(model, "--text", text).succeeded();
        assertThat(run.lines()).hasSize(4);
        assertThat(run.out())
                .contains("model                 " + model)
                .contains("scored                93 tokens of 3 chunks of 64")
                .containsPattern("PPL {19}\\d+\\.\\d{4} \u00b1 \\d+\\.\\d{5}\n");
        assertThat(run.err()).isEmpty();
        assertThat(evaluate("-m", model, "--text", text).succeeded().out()).isEqualTo(run.out());
    }

    @Test
    void evaluate_json_hasEveryFigureWithItsError() {
        Map<String, Object> json = evaluate(model, "--base", base, "--stored", "--text", text, "--json")
                .succeeded()
                .json();
        assertThat(json).containsEntry("scoredTokens", 93).containsEntry("base", base);
        for (String name : new String[] {"comparison", "stored"}) {
            assertThat(json.get(name))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsKeys("perplexity", "lnRatio", "kl", "klDistribution", "deltaP", "sameTop");
        }
        assertThat(json).containsKey("storedKlBound");
    }

    @Test
    void evaluate_cache_isWrittenOnceAndReadAfterwards() {
        String cache = folder.resolve("base.cache").toString();
        String first = evaluate(model, "--base", base, "--text", text, "--cache", cache)
                .succeeded()
                .out();
        assertThat(first).contains("Exact, in double precision");
        String second = evaluate(model, "--cache", cache).succeeded().out();
        assertThat(second).contains("From the base's cache", "error by the cache", "off by at most");
        assertThat(evaluate(model, "--base", model, "--cache", cache)
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("was made from another base than");
    }

    @Test
    void evaluate_savedLogits_areABase() {
        String logits = folder.resolve("base.logits").toString();
        evaluate("-m", base, "--text", text, "--save-logits", logits).succeeded();
        String read = evaluate(model, "--base-logits", logits).succeeded().out();
        String beside = evaluate(model, "--base", base, "--stored", "--text", text)
                .succeeded()
                .out();
        String title = "As llama-perplexity";
        assertThat(beside.substring(beside.indexOf(title)))
                .startsWith(read.substring(read.indexOf(title)))
                .contains("off by at most");
    }

    @Test
    void evaluate_tasks_printsTheSharesOfRightAnswers() throws IOException {
        String task = "{\"question\":\"What grazes?\",\"choices\":[\"a car\",\"a sheep\"],\"answer\":1}\n";
        String tasks =
                Files.writeString(folder.resolve("tasks.jsonl"), task.repeat(3)).toString();
        String out = CliRun.of("evaluate", "--quiet", "--threads", "1", "-m", model, "--tasks", tasks)
                .succeeded()
                .out();
        assertThat(out)
                .contains("tasks                 3 of " + tasks)
                .containsPattern("\nacc {19}(0|100).00 \u00b1 0.00 %\n")
                .contains("acc_norm, a byte", "acc_norm, a token", "by chance             50.00 %");
        assertThat(CliRun.of("evaluate", "--quiet", "--threads", "1", "-m", model, "--tasks", tasks, "--json")
                        .succeeded()
                        .json())
                .containsEntry("count", 3)
                .containsKeys("accuracy", "byteAccuracy", "tokenAccuracy", "chance");
    }

    @Test
    void evaluate_shortText_failsInOneSentence() throws IOException {
        Path little = Files.writeString(folder.resolve("little.txt"), "a sheep");
        CliRun run = evaluate(model, "--text", little.toString()).failed(ExitCode.FAILED);
        assertThat(run.err())
                .contains("little.txt: it has ", "and 3 are asked for; give a longer text")
                .hasLineCount(1);
    }
}
