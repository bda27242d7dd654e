package io.shearling.recipes;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes as people write them: {@code 500M}, {@code 90MB} and {@code 1.5GB} in powers of 1000, {@code 90MiB} in powers of 1024. */
public final class ByteCount {
    /** What a text is that is no such number, for messages. */
    public static final String NONE =
            "no number from 1, of bytes or with KB, MB or GB behind it (KiB, MiB or GiB for powers of 1024)";

    private static final Pattern COUNT =
            Pattern.compile("(\\d{1,12})b?|(\\d{1,6}(?:\\.\\d{1,6})?)([kmgt])(i?)b?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "kmgt";

    private ByteCount() {}

    /** The number; empty where it is none, or less than 1. */
    public static OptionalLong parse(String text) {
        Matcher count = COUNT.matcher(text);
        if (!count.matches()) {
            return OptionalLong.empty();
        }
        long bytes = count.group(1) == null ? inUnits(count) : Long.parseLong(count.group(1));
        return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    private static long inUnits(Matcher count) {
        int power = UNITS.indexOf(count.group(3).toLowerCase(Locale.ROOT)) + 1;
        return new BigDecimal(count.group(2))
                .multiply(BigDecimal.valueOf(count.group(4).isEmpty() ? 1000 : 1024)
                        .pow(power))
                .setScale(0, RoundingMode.DOWN)
                .longValueExact();
    }
}
