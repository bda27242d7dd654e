package io.shearling.cli;

import io.shearling.convert.OutputType;
import io.shearling.formats.safetensors.SafetensorsType;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of the options of {@code convert} and {@code export}, checked while the command line is read. */
final class ConversionChoice {
    private ConversionChoice() {}

    /** What the weights become. */
    static final class Type implements ITypeConverter<OutputType>, Iterable<String> {
        private static final List<String> NAMES = Arrays.stream(OutputType.values())
                .map(type -> type.name().toLowerCase(Locale.ROOT))
                .toList();

        @Override
        public OutputType convert(String text) {
            return OutputType.fromName(text)
                    .orElseThrow(() -> new TypeConversionException("must be one of " + String.join(", ", NAMES)));
        }

        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }

    /** Whose bytes the file is to have: only upstream's can be asked for. */
    static final class Compatibility implements ITypeConverter<String>, Iterable<String> {
        private static final String UPSTREAM = "upstream";

        @Override
        public String convert(String text) {
            if (!text.equals(UPSTREAM)) {
                throw new TypeConversionException("must be " + UPSTREAM);
            }
            return text;
        }

        @Override
        public Iterator<String> iterator() {
            return List.of(UPSTREAM).iterator();
        }
    }

    /** What quantized weights become. */
    static final class Dequantized implements ITypeConverter<SafetensorsType>, Iterable<String> {
        @Override
        public SafetensorsType convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "bf16" -> SafetensorsType.BF16;
                case "f32" -> SafetensorsType.F32;
                default -> throw new TypeConversionException("must be one of bf16, f32");
            };
        }

        @Override
        public Iterator<String> iterator() {
            return List.of("bf16", "f32").iterator();
        }
    }
}
