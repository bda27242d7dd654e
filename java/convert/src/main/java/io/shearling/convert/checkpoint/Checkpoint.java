package io.shearling.convert.checkpoint;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.safetensors.SafetensorsFile;
import io.shearling.formats.safetensors.SafetensorsTensor;
import io.shearling.formats.safetensors.ShardIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** An open checkpoint. Only headers have been read; all files stay open until it is closed. Thread-safe. */
public final class Checkpoint implements AutoCloseable {
    private static final List<String> CONFIGURATIONS = List.of("config.json", "hf_quant_config.json");
    private static final String INDEX = "model.safetensors.index.json";
    private static final int SHOWN = 3;

    private final Path folder;
    private final ModelConfig config;
    private final List<SafetensorsFile> files;
    private final Map<String, Place> tensors;

    /**
     * A tensor and the file it is in.
     *
     * @param file open
     */
    public record Place(SafetensorsFile file, SafetensorsTensor tensor) {}

    private Checkpoint(Path folder, ModelConfig config, List<SafetensorsFile> files, Map<String, Place> tensors) {
        this.folder = folder;
        this.config = config;
        this.files = new CopyOnWriteArrayList<>(files);
        this.tensors = tensors;
    }

    /**
     * Opens the checkpoint in a folder.
     *
     * @throws ConvertException when there is none, or its files contradict each other
     * @throws io.shearling.formats.safetensors.SafetensorsException when a tensor file or the index is not what it should be
     */
    public static Checkpoint open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ConvertException(
                    Kind.IO,
                    folder.toString(),
                    Files.exists(folder) ? "this is no folder" : "there is no such folder",
                    "name the folder that has the checkpoint's config.json");
        }
        ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
        List<SafetensorsFile> files = new ArrayList<>();
        try {
            Map<String, String> index = index(folder);
            Map<String, Place> tensors = new LinkedHashMap<>();
            for (String name : fileNames(folder, index)) {
                SafetensorsFile file = SafetensorsFile.open(folder.resolve(name));
                files.add(file);
                add(tensors, file);
            }
            compare(folder, index, tensors);
            return new Checkpoint(folder, config, files, tensors);
        } catch (RuntimeException e) {
            files.forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static Map<String, String> index(Path folder) {
        Path path = folder.resolve(INDEX);
        return Files.exists(path) ? ShardIndex.read(path).fileByTensor() : Map.of();
    }

    private static List<String> fileNames(Path folder, Map<String, String> index) {
        if (!index.isEmpty()) {
            return index.values().stream().distinct().sorted().toList();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> all =
                    entries.map(entry -> String.valueOf(entry.getFileName())).toList();
            List<String> names = all.stream()
                    .filter(name -> name.startsWith("model") && name.endsWith(".safetensors"))
                    .sorted()
                    .toList();
            if (names.isEmpty()) {
                boolean pickled = all.stream().anyMatch(name -> name.endsWith(".bin") || name.endsWith(".pth"));
                throw new ConvertException(
                        Kind.IO,
                        folder.toString(),
                        pickled
                                ? "the weights are pickled, not in safetensors files"
                                : "there is no model*.safetensors",
                        pickled
                                ? "fetch the revision in safetensors, or save it so with save_pretrained"
                                : "fetch the whole checkpoint");
            }
            return names;
        } catch (IOException e) {
            throw new ConvertException(
                    Kind.IO, folder.toString(), "the folder cannot be read (" + e + ")", "check its permissions", e);
        }
    }

    private static void add(Map<String, Place> tensors, SafetensorsFile file) {
        List<SafetensorsTensor> sorted = new ArrayList<>(file.header().tensors());
        sorted.sort(Comparator.comparing(SafetensorsTensor::name, Checkpoint::byCodePoint));
        for (SafetensorsTensor tensor : sorted) {
            Place other = tensors.putIfAbsent(tensor.name(), new Place(file, tensor));
            if (other != null) {
                throw new ConvertException(
                        Kind.TENSORS,
                        file.path().toString(),
                        "the tensor " + tensor.name() + " is in "
                                + other.file().path().getFileName() + " too",
                        "fetch the checkpoint again");
            }
        }
    }

    private static int byCodePoint(String one, String other) {
        int[] a = one.codePoints().toArray();
        int[] b = other.codePoints().toArray();
        return Arrays.compare(a, b);
    }

    private static void compare(Path folder, Map<String, String> index, Map<String, Place> tensors) {
        List<String> missing = index.keySet().stream()
                .filter(name -> !tensors.containsKey(name))
                .toList();
        if (!missing.isEmpty()) {
            throw new ConvertException(
                    Kind.TENSORS,
                    folder.resolve(INDEX).toString(),
                    "the files lack " + missing.size() + " of its tensors, " + shown(missing),
                    "fetch the checkpoint again");
        }
        List<String> extra = index.isEmpty()
                ? List.of()
                : tensors.keySet().stream()
                        .filter(name -> !index.containsKey(name))
                        .toList();
        if (!extra.isEmpty()) {
            throw new ConvertException(
                    Kind.TENSORS,
                    folder.resolve(INDEX).toString(),
                    "it does not name " + extra.size() + " tensors of the files, " + shown(extra),
                    "fetch the checkpoint again");
        }
    }

    private static String shown(List<String> names) {
        return "among them " + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    }

    /** Where it is. */
    public Path folder() {
        return folder;
    }

    /** What {@code config.json} says. */
    public ModelConfig config() {
        return config;
    }

    /** All tensors by name, in upstream's order: file by file, and in a file by the code points of their names. */
    public Map<String, Place> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /**
     * Opens the tensors of a module that lies in a folder of its own.
     *
     * @param module the folder, relative to the checkpoint
     * @throws io.shearling.formats.safetensors.SafetensorsException when it has none, or they are not what they should be
     */
    public SafetensorsFile module(Path module) {
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(module).resolve("model.safetensors"));
        files.add(file);
        return file;
    }

    /** The files of tensors, and those that say what is computed with them. */
    public List<Path> files() {
        return Stream.concat(
                        CONFIGURATIONS.stream().map(folder::resolve).filter(Files::exists),
                        files.stream().map(SafetensorsFile::path))
                .toList();
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
