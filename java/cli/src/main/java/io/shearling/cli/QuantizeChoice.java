package io.shearling.cli;

import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypeRequest;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The values of the options of {@code quantize}, checked while the command line is read. */
final class QuantizeChoice {
    private QuantizeChoice() {}

    /** A mix of types, or none with {@code copy}. */
    record Mix(Optional<QuantizationPreset> preset) {}

    /** Reads a mix. */
    static final class Preset implements ITypeConverter<Mix>, Iterable<String> {
        private static final String COPY = "copy";
        private static final List<String> NAMES = names();

        private static List<String> names() {
            List<String> names = new ArrayList<>();
            Arrays.stream(QuantizationPreset.values()).forEach(preset -> names.add(lower(preset.name())));
            names.add(COPY);
            return List.copyOf(names);
        }

        @Override
        public Mix convert(String text) {
            Optional<QuantizationPreset> preset = QuantizationPreset.fromName(text);
            if (preset.isEmpty() && !text.equalsIgnoreCase(COPY)) {
                throw new TypeConversionException("must be one of " + String.join(", ", NAMES));
            }
            return new Mix(preset);
        }

        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }

    /** The type of a tensor. */
    static final class Type implements ITypeConverter<TensorType>, Iterable<String> {
        @Override
        public TensorType convert(String text) {
            return type(text);
        }

        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }

        static TensorType type(String text) {
            return Arrays.stream(TensorType.values())
                    .filter(type -> type.ggmlName().equalsIgnoreCase(text))
                    .filter(type -> RowEncoder.find(type).isPresent())
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("must be one of " + String.join(", ", names())));
        }

        private static List<String> names() {
            return Arrays.stream(TensorType.values())
                    .filter(type -> RowEncoder.find(type).isPresent())
                    .map(type -> lower(type.ggmlName()))
                    .toList();
        }
    }

    /** {@code PATTERN=TYPE}. */
    static final class Request implements ITypeConverter<TypeRequest> {
        @Override
        public TypeRequest convert(String text) {
            int sign = text.lastIndexOf('=');
            if (sign <= 0) {
                throw new TypeConversionException("must be PATTERN=TYPE, as ffn_down=q6_k");
            }
            try {
                Pattern pattern = Pattern.compile(text.substring(0, sign), Pattern.CASE_INSENSITIVE);
                return new TypeRequest(pattern, Type.type(text.substring(sign + 1)));
            } catch (PatternSyntaxException e) {
                throw new TypeConversionException("is no regular expression (" + e.getDescription() + ")");
            } catch (TypeConversionException e) {
                throw new TypeConversionException("after the = " + e.getMessage());
            }
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
