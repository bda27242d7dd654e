package io.shearling.cli;

import io.shearling.runtime.Pooling;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of {@code --pooling}, in lower case. */
final class PoolingNames implements ITypeConverter<Pooling>, Iterable<String> {
    private static final List<String> NAMES = Arrays.stream(Pooling.values())
            .map(pooling -> pooling.name().toLowerCase(Locale.ROOT))
            .toList();

    @Override
    public Pooling convert(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        return Arrays.stream(Pooling.values())
                .filter(pooling -> pooling.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("must be one of " + String.join(", ", NAMES)));
    }

    @Override
    public Iterator<String> iterator() {
        return NAMES.iterator();
    }
}
