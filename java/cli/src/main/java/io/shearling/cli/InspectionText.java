package io.shearling.cli;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.FileType;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.model.ModelSummary;
import io.shearling.formats.model.TypeMix;
import java.util.Arrays;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An {@link Inspection} as text for people. */
final class InspectionText {
    private final Formatter text = new Formatter(new StringBuilder(), Locale.ROOT);

    private InspectionText() {}

    static String of(Inspection inspection) {
        InspectionText page = new InspectionText();
        page.summary(inspection);
        page.mix(inspection.summary().mix());
        inspection.memory().ifPresent(page::memory);
        page.metadata(inspection.metadata());
        page.tensors(inspection.tensors());
        return page.text.toString();
    }

    /** What a file will be that is not written yet. */
    static String of(GgufPlan plan) {
        InspectionText page = new InspectionText();
        page.plan(plan);
        page.mix(TypeMix.of(plan.tensors()));
        page.metadata(plan.metadata());
        page.tensors(plan.tensors());
        return page.text.toString();
    }

    private void plan(GgufPlan plan) {
        GgufMetadata metadata = plan.metadata();
        text.format("size          %s bytes in %s\n", Sizes.count(plan.sizeBytes()), files(plan.fileCount()));
        metadata.findString("general.name").ifPresent(name -> text.format("name          %s\n", Pieces.visible(name)));
        metadata.findString("general.architecture")
                .ifPresent(architecture -> text.format("architecture  %s\n", Pieces.visible(architecture)));
    }

    private static String files(int count) {
        return count == 1 ? "1 file" : count + " files";
    }

    private void summary(Inspection inspection) {
        ModelSummary summary = inspection.summary();
        text.format("file          %s\n", inspection.path());
        text.format(
                "size          %s bytes in %s, GGUF version %d\n",
                Sizes.count(summary.fileBytes()), files(summary.files()), summary.version());
        summary.name().ifPresent(name -> text.format("name          %s\n", Pieces.visible(name)));
        summary.architecture()
                .ifPresent(architecture -> text.format("architecture  %s\n", Pieces.visible(architecture)));
        text.format("parameters    %s, %.2f bits each\n", Sizes.count(summary.parameters()), summary.bitsPerWeight());
        summary.fileType().map(FileType::label).ifPresent(label -> text.format("type          %s\n", label));
        summary.shape().ifPresent(this::shape);
    }

    private void shape(ModelShape shape) {
        text.format(
                "shape         %d layers, %d wide, feed-forward %s, %s heads, %s KV heads\n",
                shape.blockCount(),
                shape.embeddingLength(),
                shape.feedForwardLength(),
                shape.headCount(),
                shape.headCountKv());
        text.format("context       %s tokens trained\n", Sizes.count(shape.contextLength()));
        shape.vocabularySize().ifPresent(size -> text.format("vocabulary    %s tokens\n", Sizes.count(size)));
        shape.slidingWindow().ifPresent(window -> text.format("window        %s tokens\n", Sizes.count(window)));
        shape.expertCount().ifPresent(experts -> text.format("experts       %d\n", experts));
        shape.poolingType()
                .ifPresent(pooling ->
                        text.format("pooling       %s\n", pooling.name().toLowerCase(Locale.ROOT)));
    }

    private void mix(TypeMix mix) {
        text.format("\n");
        text.format("%-10s %8s %16s %16s %8s %7s\n", "type", "tensors", "parameters", "bytes", "bits", "share");
        for (TypeMix.Share share : mix.shares()) {
            text.format(
                    "%-10s %8d %16s %16s %8.3f %6.1f%%\n",
                    share.type().ggmlName(),
                    share.tensors(),
                    Sizes.count(share.elements()),
                    Sizes.count(share.sizeBytes()),
                    share.type().bitsPerElement(),
                    100.0 * share.sizeBytes() / Math.max(1, mix.sizeBytes()));
        }
    }

    private void memory(Inspection.Memory memory) {
        text.format("\n");
        text.format(
                "memory at %s tokens: %s weights (mapped) + %s keys and values (f16) = %s, compute buffers besides\n",
                Sizes.count(memory.contextTokens()),
                Sizes.bytes(memory.weightBytes()),
                Sizes.bytes(memory.cacheBytes()),
                Sizes.bytes(memory.totalBytes()));
    }

    private void metadata(GgufMetadata metadata) {
        text.format("\n");
        text.format("metadata, %d keys\n", metadata.size());
        for (String key : metadata.keys()) {
            metadata.find(key)
                    .ifPresent(value -> text.format(
                            "  %-42s %-14s %s\n",
                            Pieces.visible(key), MetadataText.type(value), MetadataText.value(value)));
        }
    }

    private void tensors(List<TensorInfo> tensors) {
        text.format("\n");
        text.format("tensors, %d\n", tensors.size());
        for (TensorInfo tensor : tensors) {
            String shape = Arrays.stream(tensor.shape().extents())
                    .mapToObj(Long::toString)
                    .collect(Collectors.joining(" x "));
            text.format(
                    "  %-42s %-8s %-18s %14s bytes\n",
                    Pieces.visible(tensor.name()), tensor.type().ggmlName(), shape, Sizes.count(tensor.sizeBytes()));
        }
    }
}
