package io.shearling.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads numbers of layers and runs of them, as {@code 3,12-14}. */
final class LayerList implements ITypeConverter<LayerList.Layers> {
    /** Layers by their numbers. */
    record Layers(List<Integer> list) {}

    /** No model has more layers than three digits number. */
    private static final Pattern RUN = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");

    @Override
    public Layers convert(String text) {
        List<Integer> layers = new ArrayList<>();
        for (String run : text.split(",", -1)) {
            layers.addAll(run(run.strip(), "must be numbers of layers, from 0, as 3,12-14"));
        }
        return new Layers(layers);
    }

    /**
     * The layers of a run.
     *
     * @param wanted what is said where it is none
     */
    static List<Integer> run(String text, String wanted) {
        Matcher run = RUN.matcher(text);
        if (!run.matches()) {
            throw new TypeConversionException(wanted);
        }
        int first = Integer.parseInt(run.group(1));
        int last = run.group(2) == null ? first : Integer.parseInt(run.group(2));
        if (last < first) {
            throw new TypeConversionException("has the run " + text + ", which ends before it begins");
        }
        return IntStream.rangeClosed(first, last).boxed().toList();
    }
}
