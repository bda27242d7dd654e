package io.shearling.convert.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the goldens do not show: small cases by hand, and all that is refused. */
class QuantizationTest {
    private static final String GPTQ = "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":32}";
    private static final String AWQ = "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":32}";
    private static final String FP8 = "{\"quant_method\":\"fp8\",\"weight_block_size\":[2,2]}";
    private static final String BNB = "{\"quant_method\":\"bitsandbytes\"}";
    private static final String MODELOPT = "{\"quant_method\":\"modelopt\"}";

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "{\"quant_method\":\"hqq\"}; the method is hqq, which is not read",
                "{\"quant_method\":\"torchao\"}; the method is torchao",
                "{\"bits\":4}; no quant_method is named",
                "{\"quant_method\":\"gptq\",\"bits\":5}; bits is 5, and GPTQ is read with 2, 3, 4 or 8",
                "{\"quant_method\":\"gptq\",\"bits\":4,\"checkpoint_format\":\"marlin\"}; checkpoint_format is marlin",
                "{\"quant_method\":\"awq\",\"bits\":4,\"version\":\"gemv\"}; version is gemv",
                "{\"quant_method\":\"awq\",\"bits\":8}; bits is 8",
                "{\"quant_method\":\"fp8\",\"weight_block_size\":[128]}; weight_block_size is no pair",
                "{\"quant_method\":\"compressed-tensors\",\"format\":\"marlin-24\",\"config_groups\":{\"a\":{\"weights\":"
                        + "{\"num_bits\":4,\"strategy\":\"channel\"}}}}; the format marlin-24 with 4 bits is not read",
                "{\"quant_method\":\"compressed-tensors\",\"format\":\"float-quantized\",\"config_groups\":{\"a\":{\"weights\":"
                        + "{\"strategy\":\"token\"}}}}; the strategy token is not read",
                "{\"quant_method\":\"compressed-tensors\",\"format\":\"pack-quantized\",\"config_groups\":{\"a\":{\"weights\":"
                        + "{\"num_bits\":4,\"strategy\":\"group\"}}}}; the groups have no group_size",
                "{\"quant_method\":\"compressed-tensors\",\"format\":\"mixed-precision\",\"config_groups\":{\"a\":{\"weights\":"
                        + "{\"num_bits\":4}},\"b\":{\"weights\":{\"num_bits\":8}}}}; quantize weights in 2 ways, and one is read",
                "{\"quant_method\":\"compressed-tensors\",\"format\":\"float-quantized\",\"sparsity_config\":"
                        + "{\"format\":\"sparse-24-bitmask\"}}; the weights are sparse as well (sparse-24-bitmask)"
            })
    void undo_schemeThatIsNotKnown_isRefusedByName(String config, String message) throws IOException {
        refuse(new TinyCheckpoint(config).with("X.weight", SafetensorsType.F32, 0, 2, 2), message);
    }

    @Test
    void undo_quantizedWithoutSettings_isRefused() throws IOException {
        refuse(
                new TinyCheckpoint("").with("X.qweight", SafetensorsType.I32, 0, 8, 64),
                "the tensor X.qweight is of a quantized weight, and there is no quantization_config");
    }

    @Test
    void undo_gptqWithMissingOrWrongParts_isRefused() throws IOException {
        refuse(
                gptq().with("X.qzeros", SafetensorsType.I32, 0, 2, 8),
                "the weight X.weight is quantized with gptq, and there is X.qweight and no X.scales");
        refuse(
                gptq().with("X.qzeros", SafetensorsType.I32, 0, 2, 8).with("X.scales", SafetensorsType.F16, 0, 3, 64),
                "X.scales has the shape [3, 64] in place of [2, 64]");
        refuse(
                gptq().with("X.qzeros", SafetensorsType.I32, 0, 2, 64).with("X.scales", SafetensorsType.F16, 0, 2, 64),
                "X.qzeros has the shape [2, 64] in place of [2, 8]");
        refuse(
                gptq().with("X.qzeros", SafetensorsType.I32, 0, 2, 8)
                        .with("X.scales", SafetensorsType.F16, 0, 2, 64)
                        .with("X.g_idx", SafetensorsType.I32, 0, 63),
                "X.g_idx has the shape [63] in place of [64]");
    }

    private static TinyCheckpoint gptq() {
        return new TinyCheckpoint(GPTQ).with("X.qweight", SafetensorsType.I32, 0, 8, 64);
    }

    @Test
    void undo_awqInAnotherLayout_isRefused() throws IOException {
        refuse(
                new TinyCheckpoint(AWQ)
                        .with("X.qweight", SafetensorsType.I32, 0, 64, 8)
                        .with("X.qzeros", SafetensorsType.I32, 0, 8, 2)
                        .with("X.scales", SafetensorsType.F16, 0, 2, 64),
                "X.qzeros has the shape [8, 2] in place of [2, 8]");
    }

    @Test
    void undo_fp8WithMissingOrWrongParts_isRefused() throws IOException {
        refuse(
                new TinyCheckpoint(FP8).with("X.weight_scale_inv", SafetensorsType.F32, 0, 1, 1),
                "there is X.weight_scale_inv and no X.weight");
        refuse(
                new TinyCheckpoint(FP8).with("X.weight", SafetensorsType.F8_E4M3, 0, 3, 4),
                "the tensor X.weight is F8_E4M3, and the scales that fp8 has for it are missing");
        refuse(
                new TinyCheckpoint(FP8)
                        .with("X.weight", SafetensorsType.F8_E4M3, 0, 3, 4)
                        .with("X.weight_scale_inv", SafetensorsType.F32, 0, 1, 2),
                "X.weight_scale_inv has the shape [1, 2], which does not fit [3, 4]");
        refuse(
                new TinyCheckpoint(FP8)
                        .with("X.weight", SafetensorsType.BF16, 0, 3, 4)
                        .with("X.weight_scale_inv", SafetensorsType.F32, 0, 2, 2),
                "X.weight is BF16, which has no scales");
        refuse(
                new TinyCheckpoint("{\"quant_method\":\"fp8\"}")
                        .with("X.weight", SafetensorsType.F8_E4M3, 0, 3, 4)
                        .with("X.weight_scale_inv", SafetensorsType.F32, 0, 1, 4),
                "X.weight_scale_inv has the shape [1, 4], which does not fit [3, 4]");
    }

    @Test
    void undo_fp8Experts_haveBlocksOfTheirOwn() throws IOException {
        // Two experts of 3 × 3; blocks of 2 × 2 leave a rest in each.
        float[] scales = {1, 2, 3, 4, 5, 6, 7, 8};
        ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(scales);
        SourceTensor weight = only(new TinyCheckpoint(FP8)
                .with("X.gate_up_proj", SafetensorsType.F8_E4M3, 0x38, 2, 3, 3) // all 1
                .with("X.gate_up_proj_scale_inv", SafetensorsType.F32, bytes.array(), 2, 2, 2));
        assertThat(weight.name()).isEqualTo("X.gate_up_proj");
        assertThat(weight.shape()).containsExactly(2L, 3L, 3L);
        assertThat(weight.source().floats(0, 18)).containsExactly(1, 1, 2, 1, 1, 2, 3, 3, 4, 5, 5, 6, 5, 5, 6, 7, 7, 8);
    }

    @Test
    void undo_compressedWithMissingOrWrongParts_isRefused() throws IOException {
        TinyCheckpoint ordered = packed().with("X.weight_scale", SafetensorsType.F32, 0, 2, 2)
                .with(
                        "X.weight_shape",
                        SafetensorsType.I64,
                        new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0},
                        2);
        refuse(
                ordered.with("X.weight_g_idx", SafetensorsType.I32, 0, 64),
                "its groups are ordered by activation (weight_g_idx)");
        refuse(packed().with("X.weight_scale", SafetensorsType.F32, 0, 2, 2), "no X.weight_shape");
        refuse(
                packed().with("X.weight_scale", SafetensorsType.F32, 0, 2, 2)
                        .with("X.weight_shape", SafetensorsType.I64, 0, 2),
                "X.weight_packed has the shape [2, 8] in place of [0, 0]");
    }

    private static TinyCheckpoint packed() {
        return new TinyCheckpoint(
                        "{\"quant_method\":\"compressed-tensors\",\"format\":\"pack-quantized\",\"config_groups\":"
                                + "{\"a\":{\"weights\":{\"num_bits\":4,\"strategy\":\"group\",\"group_size\":32}},"
                                + "\"b\":{\"weights\":{\"num_bits\":4,\"strategy\":\"group\",\"group_size\":32,\"observer\":\"mse\"}}}}")
                .with("X.weight_packed", SafetensorsType.I32, 0x99, 2, 8);
    }

    @Test
    void undo_compressedInAlikeGroups_isRead() throws IOException {
        ByteBuffer shape = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(2)
                .putLong(64);
        SourceTensor weight = only(packed().with("X.weight_scale", SafetensorsType.BF16, 0x40, 2, 2)
                .with("X.weight_shape", SafetensorsType.I64, shape.array(), 2));
        // Codes are 9, one above the middle, and scales 0x4040, that is 3.
        assertThat(weight.source().floats(0, 128)).containsOnly(3);
    }

    @Test
    void undo_bitsAndBytesWithMissingOrWrongParts_isRefused() throws IOException {
        refuse(
                four("{\"shape\":[4,32],\"blocksize\":64}", 64, 2).with("Y.weight", SafetensorsType.U8, 0, 64, 1),
                "the tensor Y.weight is U8, and the scales that bitsandbytes has for it are missing");
        refuse(four("{\"shape\":[4,32],\"blocksize\":64}", 63, 2), "63 bytes are no 128 codes");
        refuse(four("{\"shape\":[4,32],\"blocksize\":64}", 64, 3), "X.weight.absmax has the shape [3] in place of [2]");
        refuse(four("{\"shape\":[4,32]}", 64, 2), "its quant_state cannot be read (no shape, or no block size)");
        refuse(four("{\"shape\":[4,-32],\"blocksize\":64}", 64, 2), "its quant_state cannot be read");
        refuse(four("shape", 64, 2), "its quant_state cannot be read");
        refuse(
                new TinyCheckpoint(BNB)
                        .with("X.weight", SafetensorsType.I8, 0, 4, 32)
                        .with("X.SCB", SafetensorsType.F32, 0, 4)
                        .with("X.weight_format", SafetensorsType.U8, 3),
                "its layout is made for one kind of processor");
    }

    private static TinyCheckpoint four(String note, long bytes, long blocks) {
        byte[] text = note.getBytes(StandardCharsets.UTF_8);
        return new TinyCheckpoint(BNB)
                .with("X.weight", SafetensorsType.U8, 0, bytes, 1)
                .with("X.weight.absmax", SafetensorsType.F32, 0, blocks)
                .with("X.weight.quant_map", SafetensorsType.F32, 0, 16)
                .with("X.weight.quant_state.bitsandbytes__nf4", SafetensorsType.U8, text, text.length);
    }

    @Test
    void undo_nvfp4WithMissingOrWrongParts_isRefused() throws IOException {
        refuse(
                new TinyCheckpoint(MODELOPT)
                        .with("X.weight", SafetensorsType.U8, 0, 2, 32)
                        .with("X.weight_scale", SafetensorsType.F8_E4M3, 0, 2, 4),
                "the tensor that ends with .weight_scale_2 is missing");
        refuse(
                new TinyCheckpoint(MODELOPT)
                        .with("X.weight", SafetensorsType.U8, 0, 2, 24)
                        .with("X.weight_scale", SafetensorsType.F8_E4M3, 0, 2, 3)
                        .with("X.weight_scale_2", SafetensorsType.F32, 0),
                "its rows of 48 elements are no whole number of ggml's blocks of 64");
        refuse(
                new TinyCheckpoint(MODELOPT)
                        .with("X.weight", SafetensorsType.U8, 0, 2, 32)
                        .with("X.weight_scale", SafetensorsType.F8_E4M3, 0, 2, 2)
                        .with("X.weight_scale_2", SafetensorsType.F32, 0),
                "X.weight is U8 [2, 32], and X.weight_scale is F8_E4M3 [2, 2], which do not fit");
        refuse(
                new TinyCheckpoint(MODELOPT)
                        .with("X.weight", SafetensorsType.U8, 0, 2, 32)
                        .with("X.weight_scale", SafetensorsType.F8_E4M3, 0, 2, 4)
                        .with("X.weight_scale_2", SafetensorsType.F32, 0, 2),
                "X.weight_scale_2 has the shape [2] and should be one number");
    }

    @Test
    void undo_mxfp4_keepsItsBlocks() throws IOException {
        SourceTensor weight = only(new TinyCheckpoint(
                        "{\"quant_method\":\"compressed-tensors\",\"format\":\"mxfp4-pack-quantized\","
                                + "\"config_groups\":{\"a\":{\"weights\":{\"num_bits\":4,\"strategy\":\"group\",\"group_size\":32}}}}")
                .with("X.weight_packed", SafetensorsType.U8, 0x21, 2, 32)
                .with("X.weight_scale", SafetensorsType.U8, 127, 2, 2));
        assertThat(weight.shape()).containsExactly(2L, 64L);
        assertThat(weight.source().blocks()).contains(TensorType.MXFP4);
        // Elements alternate between 1 and 2, so both halves of a byte are the same.
        assertThat(weight.source().floats(0, 4)).containsExactly(127, 0x11, 0x22, 0x11);
        refuse(
                new TinyCheckpoint("{\"quant_method\":\"mxfp4\"}")
                        .with("X_blocks", SafetensorsType.U8, 0, 4, 2, 15)
                        .with("X_scales", SafetensorsType.U8, 0, 4, 2),
                "X_blocks is U8 [4, 2, 15], and X_scales is U8 [4, 2], which do not fit");
    }

    @Test
    void undo_autoBitLinear_multiplies() throws IOException {
        // All codes are 2, and the scale is 3.
        String product = "{\"quant_method\":\"bitnet\",\"linear_class\":\"autobitlinear\"}";
        String quotient = "{\"quant_method\":\"bitnet\"}";
        assertThat(only(bitNet(product)).source().floats(0, 16)).containsOnly(3);
        assertThat(only(bitNet(quotient)).source().floats(0, 16)).containsOnly(1 / 3f);
        try (Checkpoint checkpoint = bitNet(product).open(folder)) {
            assertThat(Quantization.undo(checkpoint, checkpoint.config(), true)
                            .get(0)
                            .source()
                            .floats(0, 16))
                    .containsOnly(1 / 3f);
        }
    }

    private static TinyCheckpoint bitNet(String config) {
        return new TinyCheckpoint(config)
                .with("X.weight", SafetensorsType.U8, 0xaa, 2, 2)
                .with("X.weight_scale", SafetensorsType.BF16, 0x40, 1);
    }

    @Test
    void undo_notQuantized_isAsStored() throws IOException {
        SourceTensor weight = only(new TinyCheckpoint("").with("X.weight", SafetensorsType.F8_E4M3, 0x38, 2, 2));
        assertThat(weight.source().floats(0, 4)).containsOnly(1);
    }

    private SourceTensor only(TinyCheckpoint tiny) throws IOException {
        Checkpoint checkpoint = tiny.open(folder);
        List<SourceTensor> tensors = Quantization.undo(checkpoint, checkpoint.config(), false);
        assertThat(tensors).hasSize(1);
        return tensors.get(0);
    }

    private void refuse(TinyCheckpoint tiny, String message) throws IOException {
        try (Checkpoint checkpoint = tiny.open(folder)) {
            assertThatThrownBy(() -> Quantization.undo(checkpoint, checkpoint.config(), false))
                    .isInstanceOf(ConvertException.class)
                    .hasMessageContaining(message);
        }
    }
}
