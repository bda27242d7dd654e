package io.shearling.convert.quantized;

import io.shearling.convert.ConvertException;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.FourBitBlocks;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Weights of four bits that become ggml's blocks without loss: MXFP4 and NVFP4. */
final class FourBits {
    private static final int MX_GROUP = 32;
    private static final int NV_GROUP = 16;

    private FourBits() {}

    /**
     * MXFP4.
     *
     * @param codes bytes [..., columns / 2], or [..., columns / 32, 16]
     * @param scales bytes [..., columns / 32]
     */
    static SourceTensor mxfp4(Parts parts, SourceTensor codes, SourceTensor scales) {
        List<Long> shape = new ArrayList<>(scales.shape());
        if (shape.isEmpty() || scales.source().elementBytes() != 1) {
            throw misfit(parts, codes, scales);
        }
        long groups = shape.remove(shape.size() - 1);
        List<Long> flat = with(shape, groups * MX_GROUP / 2);
        List<Long> cut = with(scales.shape(), MX_GROUP / 2L);
        if (codes.source().type() != SafetensorsType.U8 || !List.of(flat, cut).contains(codes.shape())) {
            throw misfit(parts, codes, scales);
        }
        return SourceTensor.of(
                parts.name(),
                with(shape, groups * MX_GROUP),
                new FourBitBlocks(TensorType.MXFP4, codes.source(), scales.source()));
    }

    /**
     * NVFP4.
     *
     * @param codes bytes [rows, columns / 2]
     * @param scales E4M3 [rows, columns / 16]
     * @param factor of the whole tensor
     * @param inputFactor of what it is multiplied with, which only some back ends look at
     */
    static SourceTensor nvfp4(Parts parts, SourceTensor codes, SourceTensor scales, float factor, float inputFactor) {
        ElementSource bytes = codes.source();
        if (codes.shape().size() != 2
                || bytes.type() != SafetensorsType.U8
                || scales.source().type() != SafetensorsType.F8_E4M3) {
            throw misfit(parts, codes, scales);
        }
        long rows = codes.shape().get(0);
        long columns = codes.shape().get(1) * 2;
        if (!scales.shape().equals(List.of(rows, columns / NV_GROUP)) || columns % NV_GROUP != 0) {
            throw misfit(parts, codes, scales);
        }
        if (!TensorType.NVFP4.fits(columns)) {
            throw parts.fault("its rows of " + columns + " elements are no whole number of ggml's blocks of "
                    + TensorType.NVFP4.blockElements());
        }
        return new SourceTensor(
                parts.name(),
                List.of(rows, columns),
                new FourBitBlocks(TensorType.NVFP4, bytes, scales.source()),
                List.of(new SourceTensor.Scale(".scale", factor), new SourceTensor.Scale(".input_scale", inputFactor)));
    }

    private static List<Long> with(List<Long> shape, long extent) {
        List<Long> more = new ArrayList<>(shape);
        more.add(extent);
        return more;
    }

    private static ConvertException misfit(Parts parts, SourceTensor codes, SourceTensor scales) {
        return parts.fault(codes.name() + " is " + codes.source().type() + " " + codes.shape() + ", and "
                + scales.name() + " is " + scales.source().type() + " " + scales.shape() + ", which do not fit");
    }
}
