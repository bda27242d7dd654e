package io.shearling.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.cli.Shearling;
import io.shearling.cli.Streams;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.testkit.TinyModels;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command says of a model whose chat template is of no use: one sentence with the file, the cause and a way on. */
class ChatTemplateMessagesIT {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{ '' }} | makes an empty prompt of the message",
                "{% for m in messages %} | cannot be used (",
                "{{ raise_exception('I am no assistant') }} | I am no assistant",
                "'' | has no chat template"
            })
    void template_ofNoUse_isSaidWithTheFileAndAWayOn(String template, String cause) {
        Path file = TinyModels.in(folder)
                .llamaWith("odd", 7, Map.of("tokenizer.chat_template", GgufValue.string(template)));

        for (List<String> arguments : List.of(
                List.of("run", "--quiet", "--threads", "1", "-m", file.toString(), "Hello"),
                List.of("chat", "--quiet", "--threads", "1", "-m", file.toString()))) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Streams streams = Streams.of(
                    InputStream.nullInputStream(),
                    OutputStream.nullOutputStream(),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    false);
            int code = Shearling.execute(streams, arguments.toArray(String[]::new));
            assertThat(err.toString(StandardCharsets.UTF_8).lines())
                    .singleElement()
                    .asString()
                    .contains(file.toString(), cause, "--raw");
            assertThat(code).isEqualTo(1);
        }
    }
}
