package io.shearling.convert.quantized;

/**
 * The experts of gpt-oss in <a href="https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf">MXFP4</a>:
 * {@code X_blocks} [experts, outputs, groups, 16] and {@code X_scales} [experts, outputs, groups] become {@code X.weight} [experts, outputs, inputs],
 * where an unquantized checkpoint has {@code X} [experts, inputs, outputs].
 */
final class Mxfp4 {
    private static final String BLOCKS = "_blocks";
    private static final String SCALES = "_scales";

    private Mxfp4() {}

    static Scheme of() {
        return Scheme.of(
                "mxfp4",
                TensorGroup.of(
                        BLOCKS,
                        ".weight",
                        parts -> FourBits.mxfp4(parts, parts.get(BLOCKS), parts.get(SCALES)),
                        SCALES));
    }
}
