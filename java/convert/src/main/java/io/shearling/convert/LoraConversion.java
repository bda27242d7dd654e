package io.shearling.convert;

import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.architecture.AdapterPlanner;
import io.shearling.convert.architecture.Architecture;
import io.shearling.convert.architecture.Architectures;
import io.shearling.convert.architecture.Draft;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.general.GeneralKeys;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.gguf.InputState;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.safetensors.SafetensorsFile;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The conversion of a LoRA adapter (<a href="https://arxiv.org/abs/2106.09685">paper</a>) as PEFT saves it: {@code
 * adapter_config.json} and {@code adapter_model.safetensors} become a GGUF file that llama.cpp puts over its base model.
 *
 * <pre>{@code
 * try (LoraConversion conversion = LoraConversion.of(adapter, base, ConversionOptions.DEFAULT)) {
 *     conversion.write(Path.of("adapter.gguf"), ConversionListener.NONE);
 * }
 * }</pre>
 *
 * <p>Planned when it is opened, from headers and small files alone. For one thread; the adapter's file stays open until it is closed.
 */
public final class LoraConversion implements AutoCloseable {
    private static final int QUANTIZATION_VERSION = 2;

    private final SafetensorsFile file;
    private final InputState source;
    private final Architecture architecture;
    private final GgufMetadata metadata;
    private final List<PlannedTensor> tensors;
    private final int threads;

    private LoraConversion(
            SafetensorsFile file,
            InputState source,
            Architecture architecture,
            GgufMetadata metadata,
            List<PlannedTensor> tensors,
            int threads) {
        this.file = file;
        this.source = source;
        this.architecture = architecture;
        this.metadata = metadata;
        this.tensors = tensors;
        this.threads = threads;
    }

    /**
     * Plans the conversion.
     *
     * @param adapter the folder of the adapter
     * @param base the folder of the model that it was trained for, or its {@code config.json}; weights are not needed
     * @param options the type is f32 unless given, and no mix
     * @throws ConvertException when it cannot be converted
     * @throws io.shearling.formats.safetensors.SafetensorsException when the file of tensors is not what it should be
     */
    public static LoraConversion of(Path adapter, Path base, ConversionOptions options) {
        OutputType type = options.type().orElse(OutputType.F32);
        if (type.preset().isPresent()) {
            throw new ConvertException(
                    Kind.TYPE, adapter.toString(), "adapters have no mixes of types", "choose f32, f16, bf16 or q8_0");
        }
        Path config = adapter.resolve("adapter_config.json");
        LoraSettings settings = LoraSettings.read(config, options.upstream());
        Path baseConfig = Files.isDirectory(base) ? base.resolve("config.json") : base;
        ModelConfig raw = ModelConfig.read(baseConfig);
        Architecture architecture = Architectures.of(raw);
        SafetensorsFile file = open(adapter);
        try {
            AdapterPlanner.Plan plan = AdapterPlanner.plan(file, architecture, architecture.complete(raw));
            GgufMetadata.Builder metadata = GgufMetadata.builder().put("general.architecture", architecture.name());
            GeneralKeys.putAdapter(adapter, options.name(), plan.parameters(), metadata);
            metadata.put("adapter.lora.alpha", GgufValue.f32((float) settings.alpha(plan.tensors())));
            if (!settings.invocation().isEmpty()) {
                metadata.put(
                        "adapter.alora.invocation_tokens",
                        GgufArray.ofIntegers(
                                GgufValueType.U32,
                                settings.invocation().stream()
                                        .mapToLong(Long::longValue)
                                        .toArray()));
            }
            metadata.put("general.quantization_version", GgufValue.u32(QUANTIZATION_VERSION));
            List<PlannedTensor> tensors = new ArrayList<>();
            for (Draft draft : plan.tensors()) {
                TensorShape shape = TypeChoice.shape(draft);
                tensors.add(new PlannedTensor(draft.name(), type(draft, shape, type), shape, draft.source()));
            }
            // The heads of the base model say in which order rows go, and stand nowhere in the output.
            InputState source = OutputFiles.inputs(List.of(config, baseConfig, file.path()), options.upstream());
            return new LoraConversion(
                    file, source, architecture, metadata.build(), List.copyOf(tensors), options.threads());
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static SafetensorsFile open(Path adapter) {
        Path path = adapter.resolve("adapter_model.safetensors");
        if (!Files.exists(path) && Files.exists(adapter.resolve("adapter_model.bin"))) {
            throw new ConvertException(
                    Kind.IO,
                    adapter.toString(),
                    "the tensors are pickled, not in a safetensors file",
                    "save the adapter again with a newer version of PEFT");
        }
        return SafetensorsFile.open(path);
    }

    /** Norms stay floats, and factors whose rows are no whole number of blocks are halves, as upstream has it. */
    private static TensorType type(Draft draft, TensorShape shape, OutputType wanted) {
        if (draft.shape().size() <= 1) {
            return TensorType.F32;
        }
        return wanted.tensorType().fits(shape.columns()) ? wanted.tensorType() : TensorType.F16;
    }

    /** What the base model is. */
    public String architecture() {
        return architecture.name();
    }

    /** Every key of the output. */
    public GgufMetadata metadata() {
        return metadata;
    }

    /** Every tensor of the output, in order. */
    public List<PlannedTensor> tensors() {
        return tensors;
    }

    /**
     * Writes the file. It appears whole or not at all; what is left after a crash, a failure or an interrupt is as with {@link
     * Conversion#write(Path, SplitRule, ConversionListener)}.
     *
     * @return the target
     * @throws ConvertException when values cannot be stored in the type, or after an interrupt, which stays set
     * @throws io.shearling.formats.gguf.GgufException when the file cannot be written
     * @throws io.shearling.formats.safetensors.SafetensorsException when the adapter cannot be read any more
     */
    public Path write(Path target, ConversionListener listener) {
        TensorWork work = new TensorWork(source, metadata, tensors, threads);
        return OutputFiles.write(List.of(new OutputFiles.Output(work, target, SplitRule.NONE)), listener);
    }

    /** What its elements are made of. */
    InputState source() {
        return source;
    }

    @Override
    public void close() {
        file.close();
    }
}
