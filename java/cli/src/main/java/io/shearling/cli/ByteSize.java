package io.shearling.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Bytes as people write them: {@code 500M}, {@code 90MB} and {@code 1.5GB} in powers of 1000, {@code 90MiB} in powers of 1024. */
final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,12})b?|(\\d{1,6}(?:\\.\\d{1,6})?)([kmgt])(i?)b?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "kmgt";

    @Override
    public Long convert(String text) {
        Matcher size = SIZE.matcher(text);
        if (size.matches()) {
            long bytes = size.group(1) == null ? inUnits(size) : Long.parseLong(size.group(1));
            if (bytes > 0) {
                return bytes;
            }
        }
        throw new TypeConversionException(
                "must be a number from 1, of bytes or with KB, MB or GB behind it (KiB, MiB or GiB for powers of 1024), as 1.5GB");
    }

    private static long inUnits(Matcher size) {
        int power = UNITS.indexOf(size.group(3).toLowerCase(Locale.ROOT)) + 1;
        return new BigDecimal(size.group(2))
                .multiply(BigDecimal.valueOf(size.group(4).isEmpty() ? 1000 : 1024)
                        .pow(power))
                .setScale(0, RoundingMode.DOWN)
                .longValueExact();
    }
}
