package io.shearling.convert.export;

import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConvertException;
import io.shearling.convert.architecture.Architecture;
import io.shearling.convert.architecture.Architectures;
import io.shearling.convert.architecture.CheckpointPlanner;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.GgufElements;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPart;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The way of a conversion back: a GGUF file as a checkpoint that transformers loads. Planned when it is opened, and carried out by
 * {@link #write}.
 *
 * <pre>{@code
 * try (Export export = Export.of(Path.of("model.gguf"), ExportOptions.DEFAULT)) {
 *     ExportReport report = export.write(Path.of("model"), ConversionListener.NONE);
 * }
 * }</pre>
 *
 * <p>Float weights come out bit for bit as they are, quantized ones with the values that they have. For one thread.
 */
public final class Export implements AutoCloseable {
    private final GgufModel model;
    private final JsonValue.Fields config;
    private final List<ExportedTensor> tensors;
    private final TokenizerExport tokenizer;
    private final ExportOptions options;

    private Export(
            GgufModel model,
            JsonValue.Fields config,
            List<ExportedTensor> tensors,
            TokenizerExport tokenizer,
            ExportOptions options) {
        this.model = model;
        this.config = config;
        this.tensors = tensors;
        this.tokenizer = tokenizer;
        this.options = options;
    }

    /**
     * Plans the export of a file, or of a split one by its first part.
     *
     * @throws ConvertException when its architecture, a tensor or its tokenizer has no place in a checkpoint
     * @throws io.shearling.formats.gguf.GgufException when it cannot be read
     */
    public static Export of(Path path, ExportOptions options) {
        GgufFile file = GgufFile.open(path);
        try {
            GgufModel model = new GgufModel(file);
            ModelExport export = ModelExports.of(model);
            JsonValue.Fields fields = export.config(model, dtype(file, options));
            ModelConfig config = ModelConfig.of(path, fields);
            Architecture architecture = Architectures.of(config);
            List<ExportedTensor> tensors = new ArrayList<>();
            for (CheckpointPlanner.Origin origin : CheckpointPlanner.plan(
                    model.name(), model.tensors(), architecture, architecture.complete(config))) {
                tensors.add(tensor(origin, file, options));
            }
            return new Export(model, fields, List.copyOf(tensors), TokenizerExport.of(model), options);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static ExportedTensor tensor(CheckpointPlanner.Origin origin, GgufFile file, ExportOptions options) {
        TensorType from = file.tensor(origin.from()).orElseThrow().type();
        SafetensorsType type = GgufElements.plain(from)
                .map(plain -> origin.tensor().source().type())
                .orElse(options.quantized());
        if (RowDecoder.find(from).isEmpty() && GgufElements.plain(from).isEmpty()) {
            throw new ConvertException(
                    ConvertException.Kind.TYPE,
                    file.path().toString(),
                    "the tensor " + origin.from() + " is of the type " + from.ggmlName()
                            + ", which nothing in this program reads",
                    "add the artifact shearling-runtime, which has all types");
        }
        return new ExportedTensor(
                origin.tensor().name(),
                type,
                origin.tensor().shape(),
                from,
                origin.tensor().source());
    }

    /** What the first matrix becomes, as PyTorch names it. */
    private static String dtype(GgufFile file, ExportOptions options) {
        SafetensorsType type = file.tensors().stream()
                .filter(tensor -> tensor.shape().rank() >= 2)
                .findFirst()
                .flatMap(tensor -> GgufElements.plain(tensor.type()))
                .orElse(options.quantized());
        return switch (type) {
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            default -> "float32";
        };
    }

    /** The class in transformers that the checkpoint is for. */
    public String modelClass() {
        return ModelConfig.of(model.file().path(), config).architecture();
    }

    /** {@code config.json}. */
    public JsonValue.Fields config() {
        return config;
    }

    /** Every tensor of the checkpoint. */
    public List<ExportedTensor> tensors() {
        return tensors;
    }

    /**
     * Writes the checkpoint. The folder appears whole or not at all, and what it says is compared with the GGUF file: the report
     * tells what is lost.
     *
     * <p>A run that fails, or whose thread is interrupted, leaves nothing.
     *
     * @param folder there must be none yet, or an empty one
     * @param listener may throw, which ends the run; may interrupt this thread
     * @throws ConvertException when there is a folder with files, something cannot be written, or after an interrupt, which stays
     *     set
     * @throws io.shearling.formats.safetensors.SafetensorsException when a file of tensors cannot be written
     */
    public ExportReport write(Path folder, ConversionListener listener) {
        List<Path> inputs = model.file().parts().stream().map(GgufPart::path).toList();
        try (StagedFolder stage = StagedFolder.create(folder, inputs)) {
            CheckpointText.write(model, config, tokenizer, stage.path());
            List<String> files = new TensorFiles(tensors, options.shardBytes()).write(stage.path(), listener);
            List<String> notes = new WayBack(model, config).compare(stage.path());
            return new ExportReport(stage.commit(), files, notes);
        } catch (RuntimeException e) {
            throw interrupted(e) ? TensorFiles.cancelled(e) : e;
        }
    }

    /** Whether an interrupt came while something was read or written, which each format tells in its own words. */
    private static boolean interrupted(Throwable failure) {
        return failure instanceof ClosedByInterruptException
                || (failure.getCause() != null && interrupted(failure.getCause()));
    }

    @Override
    public void close() {
        model.file().close();
    }
}
