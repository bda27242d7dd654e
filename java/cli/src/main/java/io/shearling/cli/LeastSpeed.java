package io.shearling.cli;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A speed that a model has at least: {@code 25} or {@code >=25}.
 *
 * @param tokens a second
 */
record LeastSpeed(double tokens) {
    static OptionalDouble number(@Nullable LeastSpeed speed) {
        return speed == null ? OptionalDouble.empty() : OptionalDouble.of(speed.tokens());
    }

    /** Reads it. */
    static final class Converter implements ITypeConverter<LeastSpeed> {
        private static final Pattern SPEED = Pattern.compile("(?:>=)? *(\\d{1,7}(?:\\.\\d{1,6})?)");

        @Override
        public LeastSpeed convert(String text) {
            Matcher speed = SPEED.matcher(text);
            if (!speed.matches() || Double.parseDouble(speed.group(1)) == 0) {
                throw new TypeConversionException("must be a number of tokens a second, as 25 or \">=25\"");
            }
            return new LeastSpeed(Double.parseDouble(speed.group(1)));
        }
    }
}
