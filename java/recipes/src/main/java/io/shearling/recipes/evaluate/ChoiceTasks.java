package io.shearling.recipes.evaluate;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Tasks of one file.
 *
 * @param name the file, for messages and reports
 */
public record ChoiceTasks(String name, List<ChoiceTask> tasks) {
    private static final int HELLASWAG_LINES = 6;

    public ChoiceTasks {
        tasks = List.copyOf(tasks);
    }

    /** How the file is written. */
    public enum Form {
        /** Six lines a task, as llama-perplexity {@code --hellaswag} reads them: context, number of the right ending, four endings. */
        HELLASWAG,
        /** A line a task, as {@code --winogrande} reads them: number, sentence with a _, two answers, 1 or 2. */
        WINOGRANDE,
        /**
         * An object a line, as the data sets of ARC, MMLU and HellaSwag are published: {@code question} or {@code ctx}; {@code
         * choices} (texts, or {@code text} and {@code label} lists) or {@code endings}; {@code answer}, {@code answerKey} or
         * {@code label}: a number from 0, a letter, or one of the labels.
         */
        JSONL
    }

    /**
     * Reads a file.
     *
     * @throws EvaluationException when it cannot be read, or a line of it is no task
     */
    public static ChoiceTasks read(Path file, Form form) {
        try {
            List<String> lines = Files.readAllLines(file);
            while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
                lines.remove(lines.size() - 1);
            }
            List<ChoiceTask> tasks = form == Form.HELLASWAG ? hellaSwag(file, lines) : byLine(file, lines, form);
            if (tasks.isEmpty()) {
                throw new RecipeException(Kind.TEXT, file.toString(), "it has no tasks", "give a file with some");
            }
            return new ChoiceTasks(file.toString(), tasks);
        } catch (CharacterCodingException e) {
            throw new RecipeException(
                    Kind.TEXT, file.toString(), "it is no text in UTF-8", "convert it, for example with iconv", e);
        } catch (NoSuchFileException e) {
            throw new RecipeException(Kind.IO, file.toString(), "there is no such file", "give one with tasks", e);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, file.toString(), "it cannot be read (" + e.getMessage() + ")", "give another", e);
        }
    }

    private static List<ChoiceTask> hellaSwag(Path file, List<String> lines) {
        if (lines.size() % HELLASWAG_LINES != 0) {
            throw new RecipeException(
                    Kind.TEXT,
                    file.toString(),
                    "it has " + lines.size()
                            + " lines, and HellaSwag has six a task: context, number of the right ending, four endings",
                    "mend it");
        }
        List<ChoiceTask> tasks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += HELLASWAG_LINES) {
            List<String> endings = lines.subList(i + 2, i + HELLASWAG_LINES).stream()
                    .map(ending -> " " + ending)
                    .toList();
            try {
                tasks.add(ChoiceTask.of(
                        lines.get(i), endings, Integer.parseInt(lines.get(i + 1).strip())));
            } catch (IllegalArgumentException e) {
                throw refusal(file, i + 1, e);
            }
        }
        return tasks;
    }

    private static List<ChoiceTask> byLine(Path file, List<String> lines, Form form) throws IOException {
        List<ChoiceTask> tasks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            try {
                String line = lines.get(i);
                tasks.add(form == Form.WINOGRANDE ? winogrande(line) : JsonTask.read(line));
            } catch (IllegalArgumentException e) {
                throw refusal(file, i + 1, e);
            }
        }
        return tasks;
    }

    private static RecipeException refusal(Path file, int line, IllegalArgumentException cause) {
        return new RecipeException(
                Kind.TEXT,
                file + ", line " + line,
                String.valueOf(cause.getMessage()),
                "mend it or take it out",
                cause);
    }

    private static ChoiceTask winogrande(String line) {
        List<String> fields = CsvLine.fields(line);
        if (fields.size() < 5) {
            throw new IllegalArgumentException("there are " + fields.size()
                    + " fields, and five are needed: number, sentence, two answers, 1 or 2");
        }
        String sentence = fields.get(1);
        int gap = sentence.indexOf('_');
        if (gap < 0) {
            throw new IllegalArgumentException("the sentence has no _ in the answer's place");
        }
        String before = sentence.substring(0, gap);
        String after = sentence.substring(gap + 1);
        List<ChoiceTask.Alternative> both = new ArrayList<>();
        for (String answer : fields.subList(2, 4)) {
            both.add(new ChoiceTask.Alternative(before + answer, after));
        }
        return new ChoiceTask(both, Integer.parseInt(fields.get(4).strip()) - 1);
    }
}
