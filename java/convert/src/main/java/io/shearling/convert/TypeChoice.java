package io.shearling.convert;

import io.shearling.convert.architecture.Draft;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypePlan;
import io.shearling.formats.preset.TypeSettings;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which type each tensor of an output gets: by upstream's rules for plain types ({@code ModelBase.prepare_tensors}), and by those of
 * a preset for mixes, where tensors that it leaves alone have the type of the source.
 */
final class TypeChoice {
    /** Kept as f32: routers, positions, convolutions, and what else is small and read as floats. */
    private static final Pattern FLOATS =
            Pattern.compile("(position_embd|token_types|blk\\.\\d+\\.(ffn_gate_inp|ffn_gate_inp_shexp|ssm_conv1d"
                    + "|ssm_conv1d_[qkv]|shortconv\\.conv|altup_correct_coef|altup_predict_coef))\\.weight");

    private final TensorType plain;
    private final Optional<TypePlan> mix;
    private final List<Fallback> fallbacks = new ArrayList<>();

    private TypeChoice(TensorType plain, Optional<TypePlan> mix) {
        this.plain = plain;
        this.mix = mix;
    }

    /**
     * A choice for the tensors of a model.
     *
     * @param source what most of its weights are, a plain type
     * @param metadata the keys of the output
     */
    static TypeChoice of(OutputType wanted, OutputType source, GgufMetadata metadata, List<Draft> drafts) {
        if (wanted.preset().isEmpty()) {
            return new TypeChoice(wanted.tensorType(), Optional.empty());
        }
        QuantizationPreset preset = wanted.preset().get();
        List<TypePlan.Matrix> tensors = drafts.stream()
                .map(draft -> new TypePlan.Matrix(draft.name(), shape(draft)))
                .toList();
        return new TypeChoice(
                source.tensorType(),
                Optional.of(TypePlan.of(preset, ModelShape.of(metadata), tensors, TypeSettings.NONE)));
    }

    /** The type of a tensor; blocks that the checkpoint has already stay what they are. */
    TensorType type(Draft draft) {
        Optional<TensorType> blocks = draft.source().blocks();
        if (blocks.isPresent()) {
            return blocks.get();
        }
        Optional<TypePlan.Choice> mixed = mix.flatMap(plan -> plan.choice(draft.name()));
        TensorType wanted = mixed.isPresent() ? mixed.get().wanted() : plain(draft);
        TensorType type = mixed.isPresent() ? mixed.get().type() : fitting(wanted, draft);
        if (type != wanted) {
            fallbacks.add(new Fallback(draft.name(), wanted, type));
        }
        requireEncoder(draft.name(), type);
        return type;
    }

    /** The tensors asked for so far that got another type than they should. */
    List<Fallback> fallbacks() {
        return List.copyOf(fallbacks);
    }

    /** Extents as GGUF has them, columns first. */
    static TensorShape shape(Draft draft) {
        int rank = draft.shape().size();
        long[] extents = new long[rank];
        for (int i = 0; i < rank; i++) {
            extents[i] = draft.shape().get(rank - 1 - i);
        }
        return TensorShape.of(extents);
    }

    private TensorType plain(Draft draft) {
        String name = draft.name();
        if (draft.shape().size() <= 1
                || name.endsWith("_norm.weight")
                || !name.endsWith(".weight")
                || FLOATS.matcher(name).matches()) {
            return TensorType.F32;
        }
        return plain;
    }

    private static TensorType fitting(TensorType type, Draft draft) {
        return type.fits(shape(draft).columns()) ? type : TensorType.F16;
    }

    private static void requireEncoder(String tensor, TensorType type) {
        if (RowEncoder.find(type).isEmpty()) {
            throw new ConvertException(
                    ConvertException.Kind.TYPE,
                    "the tensor " + tensor,
                    "plain Java cannot write the type " + type.ggmlName(),
                    "add the artifact shearling-runtime, or choose f32, f16, bf16 or q8_0");
        }
    }
}
