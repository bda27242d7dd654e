package io.shearling.cli;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.FileType;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.model.ModelSummary;
import io.shearling.formats.model.TypeMix;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** An {@link Inspection} as text for people. */
final class InspectionText {
    private final StringBuilder text = new StringBuilder();

    private InspectionText() {}

    static String of(Inspection inspection) {
        InspectionText page = new InspectionText();
        page.summary(inspection);
        page.mix(inspection.summary().mix());
        inspection.memory().ifPresent(page::memory);
        page.metadata(inspection.metadata());
        page.tensors(inspection);
        return page.text.toString();
    }

    private void summary(Inspection inspection) {
        ModelSummary summary = inspection.summary();
        line("file          %s", inspection.path());
        line(
                "size          %s bytes in %s, GGUF version %d",
                Sizes.count(summary.fileBytes()), summary.files() == 1 ? "1 file" : summary.files() + " files", summary.version());
        summary.name().ifPresent(name -> line("name          %s", Pieces.visible(name)));
        summary.architecture().ifPresent(architecture -> line("architecture  %s", Pieces.visible(architecture)));
        line("parameters    %s, %.2f bits each", Sizes.count(summary.parameters()), summary.bitsPerWeight());
        summary.fileType().map(FileType::label).ifPresent(label -> line("type          %s", label));
        summary.shape().ifPresent(this::shape);
    }

    private void shape(ModelShape shape) {
        line(
                "shape         %d layers, %d wide, feed-forward %s, %s heads, %s KV heads",
                shape.blockCount(), shape.embeddingLength(), shape.feedForwardLength(), shape.headCount(), shape.headCountKv());
        line("context       %s tokens trained", Sizes.count(shape.contextLength()));
        shape.vocabularySize().ifPresent(size -> line("vocabulary    %s tokens", Sizes.count(size)));
        shape.slidingWindow().ifPresent(window -> line("window        %s tokens", Sizes.count(window)));
        shape.expertCount().ifPresent(experts -> line("experts       %d", experts));
        shape.poolingType().ifPresent(pooling -> line("pooling       %s", pooling.name().toLowerCase(Locale.ROOT)));
    }

    private void mix(TypeMix mix) {
        line("");
        line("%-10s %8s %16s %16s %8s %7s", "type", "tensors", "parameters", "bytes", "bits", "share");
        for (TypeMix.Share share : mix.shares()) {
            line(
                    "%-10s %8d %16s %16s %8.3f %6.1f%%",
                    share.type().ggmlName(),
                    share.tensors(),
                    Sizes.count(share.elements()),
                    Sizes.count(share.sizeBytes()),
                    share.type().bitsPerElement(),
                    100.0 * share.sizeBytes() / Math.max(1, mix.sizeBytes()));
        }
    }

    private void memory(Inspection.Memory memory) {
        line("");
        line(
                "memory at %s tokens: %s weights (mapped) + %s keys and values (f16) = %s, compute buffers besides",
                Sizes.count(memory.contextTokens()),
                Sizes.bytes(memory.weightBytes()),
                Sizes.bytes(memory.cacheBytes()),
                Sizes.bytes(memory.totalBytes()));
    }

    private void metadata(GgufMetadata metadata) {
        line("");
        line("metadata, %d keys", metadata.size());
        for (String key : metadata.keys()) {
            metadata.find(key)
                    .ifPresent(value ->
                            line("  %-42s %-14s %s", Pieces.visible(key), MetadataText.type(value), MetadataText.value(value)));
        }
    }

    private void tensors(Inspection inspection) {
        line("");
        line("tensors, %d", inspection.tensors().size());
        for (TensorInfo tensor : inspection.tensors()) {
            String shape = Arrays.stream(tensor.shape().extents())
                    .mapToObj(Long::toString)
                    .collect(Collectors.joining(" x "));
            line(
                    "  %-42s %-8s %-18s %14s bytes",
                    Pieces.visible(tensor.name()), tensor.type().ggmlName(), shape, Sizes.count(tensor.sizeBytes()));
        }
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
