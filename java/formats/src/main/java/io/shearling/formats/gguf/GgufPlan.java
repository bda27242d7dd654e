package io.shearling.formats.gguf;

import io.shearling.formats.output.OutputFaults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What will be written, before a byte of it is: the metadata, and the place of every tensor in one file or in several. */
public final class GgufPlan {
    private static final int MOST_FILES = 0xffff;

    private final GgufMetadata metadata;
    private final List<FilePlan> files;
    private final List<TensorInfo> tensors;

    private GgufPlan(GgufMetadata metadata, List<FilePlan> files) {
        this.metadata = metadata;
        this.files = files;
        List<TensorInfo> all = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            for (TensorInfo tensor : files.get(i).tensors()) {
                all.add(tensor.inPart(i));
            }
        }
        tensors = List.copyOf(all);
    }

    static GgufPlan of(GgufMetadata metadata, List<PlannedTensor> planned, SplitRule rule) {
        List<List<PlannedTensor>> groups = rule.groups(planned);
        if (groups.size() == 1) {
            return new GgufPlan(metadata, List.of(FilePlan.of(metadata, planned)));
        }
        if (groups.size() > MOST_FILES) {
            throw new IllegalArgumentException("The rule makes " + groups.size() + " files, and a model has at most "
                    + MOST_FILES + "; allow more tensors or bytes in each.");
        }
        List<FilePlan> files = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            GgufMetadata.Builder keys = i == 0 ? metadata.toBuilder() : GgufMetadata.builder();
            SplitModel.putKeys(keys, i, groups.size(), planned.size());
            files.add(FilePlan.of(keys.build(), groups.get(i)));
        }
        return new GgufPlan(metadata, List.copyOf(files));
    }

    /** The metadata, without the keys that say that a model has several files. */
    public GgufMetadata metadata() {
        return metadata;
    }

    /** All tensors with their places. */
    public List<TensorInfo> tensors() {
        return tensors;
    }

    /** How many files there will be. */
    public int fileCount() {
        return files.size();
    }

    /** Bytes of all files. */
    public long sizeBytes() {
        return files.stream().mapToLong(FilePlan::sizeBytes).sum();
    }

    /** The files that a model gets which is to be written here: this one, or its parts. */
    public List<Path> paths(Path target) {
        if (files.size() == 1) {
            return List.of(target);
        }
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            paths.add(SplitModel.path(target, i, files.size()));
        }
        return paths;
    }

    /**
     * The bytes before the data of the first file, padding included.
     *
     * @throws ArithmeticException when they are more than an array holds
     */
    public byte[] header() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        HeaderSink sink = new HeaderSink(piece -> {
            byte[] some = new byte[piece.remaining()];
            piece.get(some);
            bytes.writeBytes(some);
        });
        files.get(0).writeHeader(sink);
        sink.flush();
        return bytes.toByteArray();
    }

    /**
     * Writes a file of one part with its header, and holes where the data belongs: enough for whoever reads keys and tensors alone.
     *
     * @throws GgufException when it cannot be written
     */
    public void writeHollow(Path target) {
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE, StandardOpenOption.WRITE);
        try (FileChannel file = FileChannel.open(target, options)) {
            ByteBuffer header = ByteBuffer.wrap(header());
            while (header.hasRemaining()) {
                file.write(header);
            }
            if (file.size() < sizeBytes()) {
                file.write(ByteBuffer.allocate(1), sizeBytes() - 1);
            }
        } catch (IOException e) {
            throw GgufException.ofOutput(
                    OutputFaults.Kind.IO, target.toString(), "it cannot be written (" + e + ")", "check the disk", e);
        }
    }

    List<FilePlan> files() {
        return files;
    }
}
