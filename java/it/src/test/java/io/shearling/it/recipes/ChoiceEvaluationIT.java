package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.evaluate.ChoiceEvaluation;
import io.shearling.recipes.evaluate.ChoiceReport;
import io.shearling.recipes.evaluate.ChoiceTasks;
import io.shearling.recipes.evaluate.ChoiceTasks.Form;
import io.shearling.recipes.evaluate.EvaluationListener;
import io.shearling.runtime.Model;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tiny models choose. */
@ExtendWith(NativeLeakCheck.class)
class ChoiceEvaluationIT {
    private static final String[] WORDS = {"sheep", "grass", "river", "rain", "wool", "hill", "dog", "quiet"};

    @TempDir
    static Path folder;

    private static ChoiceTasks tasks(Form form, String text) throws IOException {
        return ChoiceTasks.read(Files.writeString(folder.resolve(form + ".txt"), text), form);
    }

    @Test
    void of_everyKindOfMemory_isTheSameForAnyThreads() throws IOException {
        StringBuilder text = new StringBuilder();
        Random random = new Random(4);
        for (int i = 0; i < 12; i++) {
            text.append("the ")
                    .append(word(random))
                    .append(" and the\n")
                    .append(i % 4)
                    .append('\n');
            for (int ending = 0; ending < 4; ending++) {
                text.append(word(random)).append(" on ").append(word(random)).append('\n');
            }
        }
        ChoiceTasks tasks = tasks(Form.HELLASWAG, text.toString());
        TinyModels models = TinyModels.in(folder);
        for (Path file : new Path[] {models.llama(1), models.slidingWindow(1), models.recurrent(1)}) {
            try (Model model = Model.load(file)) {
                ChoiceReport one = ChoiceEvaluation.of(model, tasks, 1, EvaluationListener.NONE);
                assertThat(one.count()).isEqualTo(12);
                assertThat(one.chance()).isCloseTo(0.25, within(1e-12));
                assertThat(one.accuracy().value()).isBetween(0.0, 1.0);
                assertThat(ChoiceEvaluation.of(model, tasks, 2, EvaluationListener.NONE))
                        .isEqualTo(one);
            }
        }
    }

    private static String word(Random random) {
        return WORDS[random.nextInt(WORDS.length)];
    }

    @Test
    void of_taskThatIsTooLong_isRefused() throws IOException {
        ChoiceTasks tasks = tasks(Form.WINOGRANDE, "0,A _ " + "sheep graze ".repeat(2000) + ",c,d,1\n");
        try (Model model = Model.load(TinyModels.in(folder).llama(1))) {
            assertThatThrownBy(() -> ChoiceEvaluation.of(model, tasks, 1, EvaluationListener.NONE))
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining("task 1 of ")
                    .hasMessageContaining("fit; shorten it or take it out");
        }
    }
}
