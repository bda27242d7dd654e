package io.shearling.convert;

import io.shearling.formats.tensor.TensorType;
import java.util.regex.Pattern;

/** Which type a tensor of the output gets, by upstream's rules ({@code ModelBase.prepare_tensors}). */
final class TypeChoice {
    /** Kept as f32: routers, positions, convolutions, and what else is small and read as floats. */
    private static final Pattern FLOATS =
            Pattern.compile("(position_embd|token_types|blk\\.\\d+\\.(ffn_gate_inp|ffn_gate_inp_shexp|ssm_conv1d"
                    + "|ssm_conv1d_[qkv]|shortconv\\.conv|altup_correct_coef|altup_predict_coef))\\.weight");

    private TypeChoice() {}

    /**
     * The type.
     *
     * @param columns elements of a row
     */
    static TensorType of(String name, int rank, long columns, OutputType wanted) {
        if (rank <= 1
                || name.endsWith("_norm.weight")
                || !name.endsWith(".weight")
                || FLOATS.matcher(name).matches()) {
            return TensorType.F32;
        }
        TensorType type = wanted.tensorType();
        return type.fits(columns) ? type : TensorType.F16;
    }
}
