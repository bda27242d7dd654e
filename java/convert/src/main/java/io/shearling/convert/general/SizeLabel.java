package io.shearling.convert.general;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How large a model is in a word: {@code 135M}, {@code 8x7B}. As gguf-py writes it ({@code utility.size_label}). */
final class SizeLabel {
    private static final int DIGITS = 2;

    private SizeLabel() {}

    static String of(ParameterCount count) {
        return count.experts() > 0
                ? count.experts() + "x" + rounded(count.shared() + count.expert())
                : rounded(count.total());
    }

    private static String rounded(long parameters) {
        if (parameters > 1e12) {
            return rounded(parameters * 1e-12) + "T";
        }
        if (parameters > 1e9) {
            return rounded(parameters * 1e-9) + "B";
        }
        if (parameters > 1e6) {
            return rounded(parameters * 1e-6) + "M";
        }
        return rounded(parameters * 1e-3) + "K";
    }

    /** Two digits at least. Rounded as Python does it: the exact binary value, half to even. */
    private static String rounded(double value) {
        long whole = (long) Math.rint(value);
        int digits = whole == 0 ? 0 : Long.toString(whole).length();
        return new BigDecimal(value)
                .setScale(Math.max(DIGITS - digits, 0), RoundingMode.HALF_EVEN)
                .toPlainString();
    }
}
