package io.shearling.cli;

import io.shearling.recipes.evaluate.ChoiceTasks;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of {@code --form}, in lower case. */
final class TaskForms implements ITypeConverter<ChoiceTasks.Form>, Iterable<String> {
    private static final List<String> NAMES = Arrays.stream(ChoiceTasks.Form.values())
            .map(form -> form.name().toLowerCase(Locale.ROOT))
            .toList();

    /** What the end of a file's name says. */
    static ChoiceTasks.Form of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".jsonl")) {
            return ChoiceTasks.Form.JSONL;
        }
        return name.endsWith(".csv") ? ChoiceTasks.Form.WINOGRANDE : ChoiceTasks.Form.HELLASWAG;
    }

    @Override
    public ChoiceTasks.Form convert(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        return Arrays.stream(ChoiceTasks.Form.values())
                .filter(form -> form.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("must be one of " + String.join(", ", NAMES)));
    }

    @Override
    public Iterator<String> iterator() {
        return NAMES.iterator();
    }
}
