package io.shearling.formats.preset;

import static io.shearling.formats.preset.QuantizationPreset.*;

import io.shearling.formats.model.ModelShape;
import io.shearling.formats.tensor.TensorType;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of a preset, applied to the tensors of a model in order ({@code llama_tensor_get_type_impl}). They count what they see:
 * the first and the last eighth of the blocks, and every third between, get more bits.
 */
final class MixRules {
    private static final Set<QuantizationPreset> LOWEST = EnumSet.of(IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M);

    /** With eight experts the output projection is small beside them, and gets more bits. */
    private static final Set<QuantizationPreset> RAISED_WITH_EIGHT_EXPERTS =
            EnumSet.of(Q2_K, IQ3_XS, IQ3_XXS, Q3_K_S, Q3_K_M, IQ4_NL, Q4_K_S, Q4_K_M, IQ3_S, IQ3_M, IQ4_XS);

    private static final int FEW_GROUPS = 4;
    private static final int EIGHT = 8;

    private final QuantizationPreset preset;
    private final boolean importance;
    private final Optional<TensorType> outputType;
    private final boolean separateExperts;
    private final boolean tied;
    private final boolean falcon;
    private final boolean seventyBillion;
    private final int blocks;
    private final int experts;
    private final int group;
    private final int valueTensors;
    private int valuesSeen;
    private int downSeen;
    private int gateSeen;
    private int upSeen;

    MixRules(QuantizationPreset preset, ModelShape model, List<TypePlan.Matrix> tensors, TypeSettings settings) {
        this.preset = preset;
        importance = settings.importance();
        outputType = settings.output();
        separateExperts = model.architecture().equals("bailingmoe3");
        tied = tensors.stream().noneMatch(matrix -> TensorRole.of(matrix.name()) == TensorRole.OUTPUT);
        falcon = model.architecture().equals("falcon");
        blocks = model.blockCount();
        experts = model.expertCount().orElse(0);
        int heads = blocks == 0 ? 0 : model.headCount().layer(0);
        int headsKv = blocks == 0 ? 0 : model.headCountKv().layer(0);
        group = headsKv == 0 ? 0 : heads / headsKv;
        seventyBillion = seventyBillion(model.architecture(), heads != headsKv);
        valueTensors = (int) tensors.stream()
                .filter(matrix -> TensorRole.of(matrix.name()) == TensorRole.VALUES)
                .count();
    }

    /** Llama's largest shape, and those of others that llama.cpp gives the same name. */
    private boolean seventyBillion(String architecture, boolean grouped) {
        return switch (architecture) {
            case "llama" -> blocks == 80 && grouped;
            case "qwen2", "deci", "olmo" -> blocks == 80;
            case "jais2" -> blocks == 68;
            default -> false;
        };
    }

    /** The type for the next tensor. */
    TensorType next(TypePlan.Matrix matrix) {
        TensorRole role = TensorRole.of(matrix.name());
        if (role == TensorRole.OUTPUT || (tied && role == TensorRole.TOKEN_EMBEDDING)) {
            return outputType.orElseGet(() -> output(matrix.shape().columns()));
        }
        if (preset == MXFP4_MOE) {
            return experts(matrix, role) ? TensorType.MXFP4 : TensorType.Q8_0;
        }
        if (role == TensorRole.TOKEN_EMBEDDING) {
            return embedding();
        }
        if (LOWEST.contains(preset)) {
            return lowest(role);
        }
        return switch (role) {
            case VALUES -> values();
            case KEYS -> keys();
            case QUERIES -> queries();
            case FFN_DOWN -> down(layer(matrix.name(), downSeen++));
            case ATTENTION_OUTPUT -> attentionOutput();
            case FFN_GATE -> middle(layer(matrix.name(), gateSeen++));
            case FFN_UP -> middle(layer(matrix.name(), upSeen++));
            default -> preset.type();
        };
    }

    /** One family has three extents in its low-rank attention too. */
    private boolean experts(TypePlan.Matrix matrix, TensorRole role) {
        boolean feedForward = role == TensorRole.FFN_UP || role == TensorRole.FFN_GATE || role == TensorRole.FFN_DOWN;
        return matrix.shape().extent(2) > 1 && (!separateExperts || feedForward);
    }

    /** With experts the blocks do not come in order of their tensors; then the name tells. */
    private int layer(String name, int seen) {
        return experts > 1 ? TypePlan.block(name).orElse(seen) : seen;
    }

    private TensorType output(long columns) {
        TensorType type = preset.type();
        if (preset == MXFP4_MOE || falcon || !type.fits(columns)) {
            return TensorType.Q8_0;
        }
        if (LOWEST.contains(preset) || preset == IQ3_XXS) {
            return TensorType.Q5_K;
        }
        return type == TensorType.Q8_0 ? type : TensorType.Q6_K;
    }

    private TensorType embedding() {
        return switch (preset) {
            case IQ2_XXS, IQ2_XS, IQ1_S, IQ1_M -> TensorType.Q2_K;
            case IQ2_S, IQ2_M, IQ3_XXS -> TensorType.IQ3_S;
            case TQ1_0, TQ2_0, Q2_0 -> TensorType.Q4_K;
            default -> preset.type();
        };
    }

    private TensorType lowest(TensorRole role) {
        boolean more = preset == IQ2_S || preset == IQ2_M;
        TensorType raised = more ? TensorType.IQ3_S : TensorType.Q2_K;
        return switch (role) {
            case VALUES -> group >= FEW_GROUPS || experts >= FEW_GROUPS ? TensorType.Q4_K : raised;
            case KEYS -> experts == EIGHT ? TensorType.Q4_K : preset.type();
            case FFN_DOWN -> downSeen++ < blocks / 8 ? raised : preset.type();
            case ATTENTION_OUTPUT -> {
                if (experts == EIGHT) {
                    yield TensorType.Q5_K;
                }
                if (preset == IQ1_S || preset == IQ1_M) {
                    yield TensorType.IQ2_XXS;
                }
                yield more ? TensorType.IQ3_S : preset.type();
            }
            default -> preset.type();
        };
    }

    private TensorType values() {
        TensorType type = valuesByPreset();
        if (seventyBillion && (type == TensorType.Q3_K || type == TensorType.Q4_K)) {
            type = TensorType.Q5_K; // eight heads share them there, so they are small
        }
        valuesSeen++;
        return experts == EIGHT ? TensorType.Q8_0 : type;
    }

    private TensorType valuesByPreset() {
        boolean grouped = group >= FEW_GROUPS;
        TensorType type = preset.type();
        return switch (preset) {
            case Q2_K -> grouped ? TensorType.Q4_K : TensorType.Q3_K;
            case Q2_K_S, IQ3_XS, IQ3_S -> grouped ? TensorType.Q4_K : type;
            case IQ3_XXS -> {
                if (grouped) {
                    yield TensorType.Q4_K;
                }
                yield importance ? TensorType.IQ3_XXS : TensorType.IQ3_S;
            }
            case IQ3_M -> TensorType.Q4_K;
            case Q3_K_M -> valuesSeen < 2 ? TensorType.Q5_K : TensorType.Q4_K;
            case Q3_K_L -> TensorType.Q5_K;
            case IQ4_NL, IQ4_XS -> grouped ? TensorType.Q5_K : type;
            case Q4_K_M, Q5_K_M -> more(valuesSeen, valueTensors) ? TensorType.Q6_K : type;
            case Q4_K_S -> valuesSeen < 4 ? TensorType.Q5_K : type;
            default -> type;
        };
    }

    private TensorType keys() {
        if (experts == EIGHT) {
            return TensorType.Q8_0;
        }
        return queries();
    }

    private TensorType queries() {
        return switch (preset) {
            case IQ3_XS -> TensorType.IQ3_XXS;
            case IQ3_XXS -> TensorType.IQ2_S;
            default -> preset.type();
        };
    }

    private TensorType down(int layer) {
        TensorType type = preset.type();
        boolean first = layer < blocks / 8;
        boolean more = more(layer, blocks);
        return switch (preset) {
            case Q2_K -> TensorType.Q3_K;
            case Q2_K_S -> first ? TensorType.Q4_K : type;
            case IQ3_XXS -> {
                if (importance) {
                    yield type;
                }
                yield first ? TensorType.Q4_K : TensorType.Q3_K;
            }
            case Q3_K_M -> {
                if (layer < blocks / 16) {
                    yield TensorType.Q5_K;
                }
                yield !falcon || more ? TensorType.Q4_K : TensorType.Q3_K;
            }
            case IQ3_M -> first || (experts == EIGHT && more) ? TensorType.Q4_K : type;
            case Q3_K_L -> falcon ? TensorType.Q4_K : TensorType.Q5_K;
            case Q4_K_M -> {
                if (!falcon) {
                    yield more ? TensorType.Q6_K : type;
                }
                if (layer < blocks / 16) {
                    yield TensorType.Q6_K;
                }
                yield more ? TensorType.Q5_K : TensorType.Q4_K;
            }
            case IQ4_NL, IQ4_XS -> first && !importance ? TensorType.Q5_K : type;
            case Q5_K_M -> more ? TensorType.Q6_K : type;
            case Q4_K_S -> first && !falcon ? TensorType.Q5_K : type;
            case Q4_0 -> first && importance ? TensorType.Q4_1 : type;
            case Q5_0 -> first && importance ? TensorType.Q5_1 : type;
            default -> type;
        };
    }

    private TensorType attentionOutput() {
        if (falcon) {
            return preset == Q3_K_L ? TensorType.Q4_K : preset.type();
        }
        if (experts == EIGHT) {
            return RAISED_WITH_EIGHT_EXPERTS.contains(preset) ? TensorType.Q5_K : preset.type();
        }
        return switch (preset) {
            case Q2_K -> TensorType.Q3_K;
            case IQ3_XXS -> TensorType.IQ3_S;
            case Q3_K_M, IQ3_M -> TensorType.Q4_K;
            case Q3_K_L -> TensorType.Q5_K;
            default -> preset.type();
        };
    }

    /** Of the blocks in the middle IQ3_XS takes less. */
    private TensorType middle(int layer) {
        boolean middle = layer >= blocks / 8 && layer < 7 * blocks / 8;
        return preset == IQ3_XS && middle ? TensorType.IQ3_XXS : preset.type();
    }

    private static boolean more(int layer, int layers) {
        return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
    }
}
