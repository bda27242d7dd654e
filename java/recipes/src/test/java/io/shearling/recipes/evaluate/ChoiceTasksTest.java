package io.shearling.recipes.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.evaluate.ChoiceTask.Alternative;
import io.shearling.recipes.evaluate.ChoiceTasks.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceTasksTest {
    @TempDir
    private Path folder = Path.of("");

    private List<ChoiceTask> read(Form form, String text) throws IOException {
        return ChoiceTasks.read(Files.writeString(folder.resolve("tasks"), text), form)
                .tasks();
    }

    @Test
    void read_hellaSwag_hasFourEndings() throws IOException {
        List<ChoiceTask> tasks = read(Form.HELLASWAG, "Sheep: They\n2\nfly.\nswim.\ngraze.\nsing.\n\n");
        assertThat(tasks).singleElement().satisfies(task -> {
            assertThat(task.right()).isEqualTo(2);
            assertThat(task.alternatives()).hasSize(4).element(2).isEqualTo(new Alternative("Sheep: They", " graze."));
        });
    }

    @Test
    void read_winogrande_hasTwoBeginningsAndOneEnd() throws IOException {
        List<ChoiceTask> tasks =
                read(Form.WINOGRANDE, "0,\"The dog saw the sheep, so _ ran.\",the dog,the sheep,2\n1,A _ b,c,d,1\n");
        assertThat(tasks).hasSize(2);
        assertThat(tasks.get(0).right()).isEqualTo(1);
        assertThat(tasks.get(0).alternatives())
                .containsExactly(
                        new Alternative("The dog saw the sheep, so the dog", " ran."),
                        new Alternative("The dog saw the sheep, so the sheep", " ran."));
    }

    @Test
    void read_jsonLines_knowsThePublishedForms() throws IOException {
        String lines = """
                {"question":"What grazes?","choices":["a car","a sheep"],"answer":1}
                {"question":"What grazes?","choices":{"text":["a car","a sheep"],"label":["1","2"]},"answerKey":"2"}
                {"question":"What grazes?","choices":{"text":["a car","a sheep"],"label":["A","B"]},"answerKey":"B"}
                {"question":"What grazes?","choices":["a car","a sheep"],"answer":"B"}
                """;
        assertThat(read(Form.JSONL, lines)).hasSize(4).allSatisfy(task -> {
            assertThat(task.right()).isEqualTo(1);
            assertThat(task.alternatives().get(1))
                    .isEqualTo(new Alternative("Question: What grazes?\nAnswer:", " a sheep"));
        });
        assertThat(read(Form.JSONL, "{\"ctx\":\"They\",\"endings\":[\"fly.\",\"graze.\"],\"label\":\"1\"}"))
                .containsExactly(ChoiceTask.of("They", List.of(" fly.", " graze."), 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HELLASWAG | a line | has 1 lines, and HellaSwag has six a task",
                "WINOGRANDE | 0,A _ b,c,1 | line 1: there are 4 fields, and five are needed",
                "WINOGRANDE | 0,A b,c,d,1 | line 1: the sentence has no _",
                "WINOGRANDE | 0,A _ b,c,d,3 | line 1: the right answer is number 2 of 2",
                "WINOGRANDE | 0,A _ b,c,d,x | line 1: For input string",
                "JSONL | [] | line 1: this is no JSON object",
                "JSONL | {\"question\":\"a\" | line 1: this is no JSON object",
                "JSONL | {\"question\":\"a\"} | line 1: the task has no choices",
                "JSONL | {\"choices\":[\"a\",\"b\"]} | line 1: the task has no question or ctx",
                "JSONL | {\"question\":\"a\",\"choices\":\"b\",\"answer\":1} | line 1: the choices are no list",
                "JSONL | {\"question\":\"a\",\"choices\":[\"b\",[]],\"answer\":1} | line 1: a text or number is expected",
                "JSONL | {\"question\":\"a\",\"choices\":[\"b\",\"c\"]} | line 1: the task has no answer, answerKey or label",
                "JSONL | {\"question\":\"a\",\"choices\":[\"b\",\"c\"],\"answer\":\"C\"} | \"C\", which is none of the choices",
                "JSONL | {\"question\":\"a\",\"choices\":[\"b\"],\"answer\":0} | line 1: there is no choice between fewer",
                "JSONL | '' | has no tasks"
            })
    void read_whatIsNoTask_isRefusedWithItsLine(Form form, String text, String message) {
        assertThatThrownBy(() -> read(form, text))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void read_hellaSwagWithALabelThatIsNone_isRefused() {
        assertThatThrownBy(() -> read(Form.HELLASWAG, "a\n4\nb\nc\nd\ne\n"))
                .hasMessageContaining("line 1: the right answer is number 4 of 4, counted from 0");
        assertThatThrownBy(() -> ChoiceTasks.read(folder.resolve("none"), Form.JSONL))
                .hasMessageContaining("there is no such file");
    }
}
