package io.shearling.convert;

import io.shearling.convert.architecture.Architecture;
import io.shearling.convert.architecture.Architectures;
import io.shearling.convert.architecture.Draft;
import io.shearling.convert.architecture.Keys;
import io.shearling.convert.architecture.LoraAdapter;
import io.shearling.convert.architecture.TensorPlanner;
import io.shearling.convert.architecture.TextPart;
import io.shearling.convert.architecture.VocabularySize;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.general.GeneralKeys;
import io.shearling.convert.general.ParameterCount;
import io.shearling.convert.tokenizer.TokenizerFiles;
import io.shearling.convert.tokenizer.TokenizerPlan;
import io.shearling.formats.gguf.GgufInteger;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.gguf.InputState;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.model.FileType;
import io.shearling.formats.safetensors.SafetensorsTensor;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The conversion of a checkpoint: planned when it is opened, from headers and small files alone, and carried out by {@link #write}.
 *
 * <pre>{@code
 * try (Conversion conversion = Conversion.of(folder, ConversionOptions.DEFAULT)) {
 *     conversion.write(Path.of("model.gguf"), ConversionListener.NONE);
 * }
 * }</pre>
 *
 * <p>For one thread; the files of the checkpoint stay open until it is closed.
 */
public final class Conversion implements AutoCloseable {
    private static final int QUANTIZATION_VERSION = 2;
    private static final String EMBEDDING = "token_embd.weight";

    private final Checkpoint checkpoint;
    private final InputState source;
    private final Architecture architecture;
    private final OutputType type;
    private final GgufMetadata metadata;
    private final List<PlannedTensor> tensors;
    private final List<Fallback> fallbacks;
    private final List<Adapter> adapters;
    private final List<String> notes;
    private final int threads;

    private Conversion(
            Checkpoint checkpoint,
            InputState source,
            Architecture architecture,
            OutputType type,
            GgufMetadata metadata,
            List<PlannedTensor> tensors,
            List<Fallback> fallbacks,
            List<Adapter> adapters,
            List<String> notes,
            int threads) {
        this.checkpoint = checkpoint;
        this.source = source;
        this.architecture = architecture;
        this.type = type;
        this.metadata = metadata;
        this.tensors = tensors;
        this.fallbacks = fallbacks;
        this.adapters = adapters;
        this.notes = notes;
        this.threads = threads;
    }

    /**
     * Plans the conversion of the checkpoint in a folder.
     *
     * @throws ConvertException when it cannot be converted
     * @throws io.shearling.formats.safetensors.SafetensorsException when a file of tensors is not what it should be
     */
    public static Conversion of(Path folder, ConversionOptions options) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        try {
            TokenizerFiles tokenizerFiles = TokenizerFiles.open(folder);
            Architecture architecture = Architectures.of(checkpoint.config());
            ModelConfig config = architecture.complete(checkpoint.config());
            OutputType most = likeMost(checkpoint, options.upstream());
            OutputType type = options.type().orElse(most);
            List<Draft> drafts =
                    TensorPlanner.plan(checkpoint, architecture, config, options.denseModules(), options.upstream());
            GgufMetadata.Builder metadata = GgufMetadata.builder().put("general.architecture", architecture.name());
            Keys keys = new Keys(metadata, architecture.name(), fileType(type, drafts), drafts, options.upstream());
            architecture.putEarlyKeys(checkpoint, config, keys);
            GeneralKeys.put(checkpoint, options.name(), ParameterCount.of(drafts), metadata);
            architecture.putKeys(config, keys);
            metadata.put("general.quantization_version", new GgufInteger(GgufValueType.U32, QUANTIZATION_VERSION));
            architecture.putEarlyTokenizerKeys(config, metadata);
            TokenizerPlan tokenizer = tokenizerFiles
                    .withSpecialTokens(architecture.specialTokens())
                    .plan(
                            architecture.tokenizer(config),
                            VocabularySize.told(architecture, config, drafts, options.upstream()),
                            options.preTokenizer(),
                            options.upstream());
            Optional<Draft> embedding = drafts.stream()
                    .filter(draft -> draft.name().equals(EMBEDDING))
                    .findFirst();
            if (embedding.isPresent() && !options.upstream()) {
                tokenizer = tokenizer.fitting(embedding.get().shape().get(0), folder.toString());
            }
            tokenizer.putInto(metadata);
            architecture.putLateKeys(config, metadata);
            if (!options.upstream()) {
                architecture.putRepairs(config, keys);
            }
            GgufMetadata built = metadata.build();
            TypeChoice choice = TypeChoice.of(type, most, built, drafts);
            List<PlannedTensor> tensors = new ArrayList<>();
            for (Draft draft : drafts) {
                tensors.add(
                        new PlannedTensor(draft.name(), choice.type(draft), TypeChoice.shape(draft), draft.source()));
            }
            return new Conversion(
                    checkpoint,
                    OutputFiles.inputs(checkpoint.files(), options.upstream()),
                    architecture,
                    type,
                    built,
                    List.copyOf(tensors),
                    choice.fallbacks(),
                    adapters(LoraAdapter.plan(checkpoint, architecture, config)),
                    tokenizer.notes(),
                    options.threads());
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    /** The type of the first matrix that is of 16 bits, as upstream chooses; without one f32, which upstream would make f16. */
    private static OutputType likeMost(Checkpoint checkpoint, boolean upstream) {
        for (Checkpoint.Place place : checkpoint.tensors().values()) {
            SafetensorsTensor tensor = place.tensor();
            if (tensor.shape().size() >= 2 && TextPart.name(tensor.name()).isPresent()) {
                if (tensor.type() == SafetensorsType.BF16) {
                    return OutputType.BF16;
                }
                if (tensor.type() == SafetensorsType.F16) {
                    return OutputType.F16;
                }
            }
        }
        return upstream ? OutputType.F16 : OutputType.F32;
    }

    /** Blocks of four bits give a file of floats their name, as upstream has it. */
    private static FileType fileType(OutputType type, List<Draft> drafts) {
        List<TensorType> blocks = drafts.stream()
                .flatMap(draft -> draft.source().blocks().stream())
                .toList();
        if (type.tensorType().quantized() || blocks.isEmpty()) {
            return type.fileType();
        }
        return blocks.contains(TensorType.NVFP4) ? FileType.NVFP4 : FileType.MXFP4_MOE;
    }

    private static List<Adapter> adapters(List<LoraAdapter> planned) {
        return planned.stream()
                .map(adapter -> new Adapter(
                        adapter.name(),
                        adapter.metadata(),
                        adapter.tensors().stream()
                                .map(draft -> new PlannedTensor(
                                        draft.name(), TensorType.F32, TypeChoice.shape(draft), draft.source()))
                                .toList()))
                .toList();
    }

    /** What the model is. */
    public String architecture() {
        return architecture.name();
    }

    /** What the weights become. */
    public OutputType type() {
        return type;
    }

    /** Every key of the output. */
    public GgufMetadata metadata() {
        return metadata;
    }

    /** Every tensor of the output, in order. */
    public List<PlannedTensor> tensors() {
        return tensors;
    }

    /** What whoever converts should know, a sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** The tensors that get another type than they should, because their rows fit no block of it. */
    public List<Fallback> fallbacks() {
        return fallbacks;
    }

    /** The adapters that the checkpoint has, each for a file of its own. */
    public List<Adapter> adapters() {
        return adapters;
    }

    /**
     * What {@link #write} would write to this place: every tensor's type, size and place.
     *
     * @throws IllegalArgumentException when the rule makes too many files
     */
    public GgufPlan plan(Path target, SplitRule split) {
        return work().plan(target, split);
    }

    /** Writes one file, as {@link #write(Path, SplitRule, ConversionListener)}. */
    public Path write(Path target, ConversionListener listener) {
        return write(target, SplitRule.NONE, listener);
    }

    /**
     * Writes the model, into one file or several, and the files of its adapters beside it. They appear whole, and together: all or
     * none.
     *
     * <p>What a crash or a power cut leaves is taken up by the next run where it was, if the checkpoint, the options and the places
     * are the same. A run that fails, or whose thread is interrupted, leaves nothing, neither of its own nor of a run before it. But
     * one that cannot begin, because there is too little room or the place is taken, leaves what a run before it has written of the
     * model.
     *
     * @param target the file; of several the one that their names are made of
     * @param listener may throw, which ends the run; may interrupt this thread
     * @return the file, or the first of several
     * @throws ConvertException when values cannot be stored in the type, or after an interrupt, which stays set
     * @throws IllegalArgumentException when the rule makes too many files
     * @throws io.shearling.formats.gguf.GgufException when a file cannot be written
     * @throws io.shearling.formats.safetensors.SafetensorsException when the checkpoint cannot be read any more
     */
    public Path write(Path target, SplitRule split, ConversionListener listener) {
        List<OutputFiles.Output> outputs = new ArrayList<>();
        for (Adapter adapter : adapters) {
            outputs.add(new OutputFiles.Output(
                    new TensorWork(source, adapter.metadata(), adapter.tensors(), threads),
                    adapter.beside(target),
                    SplitRule.NONE));
        }
        outputs.add(new OutputFiles.Output(work(), target, split));
        return OutputFiles.write(outputs, listener);
    }

    private TensorWork work() {
        return new TensorWork(source, metadata, tensors, threads);
    }

    /** What its elements are made of. */
    InputState source() {
        return source;
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
