package io.shearling.convert.golden;

import io.shearling.convert.element.ElementDecoder;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.row.BFloat16;
import io.shearling.formats.row.Float16;
import io.shearling.formats.safetensors.SafetensorsType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes the checkpoint that a golden was made from: its weights come from the names of its tensors. */
public final class CheckpointFixture {
    private final Golden golden;

    /** Of this golden. */
    public CheckpointFixture(Golden golden) {
        this.golden = golden;
    }

    /** A tensor to be written. */
    private record Weights(String name, String type, List<Long> shape, int shard, String letter) {
        static Weights of(JsonValue row) {
            List<JsonValue> cells = row.items().orElseThrow();
            return new Weights(
                    cells.get(0).text().orElseThrow(),
                    cells.get(1).text().orElseThrow(),
                    cells.get(2).items().orElseThrow().stream()
                            .map(extent -> extent.integer().orElseThrow())
                            .toList(),
                    Math.toIntExact(cells.get(3).integer().orElseThrow()),
                    cells.get(4).text().orElse(""));
        }

        long elements() {
            return shape.stream().reduce(1L, (one, other) -> one * other);
        }

        int elementBytes() {
            return switch (type) {
                case "I64" -> 8;
                case "F32", "I32" -> 4;
                case "F16", "BF16" -> 2;
                default -> 1;
            };
        }
    }

    /** Writes it below a folder; where it is. */
    public Path write(Path parent, String config) {
        try {
            Path folder = Files.createDirectory(parent.resolve(golden.text("directory")));
            Files.writeString(
                    folder.resolve("config.json"),
                    golden.object("configs")
                            .find(config)
                            .flatMap(JsonValue::text)
                            .orElseThrow());
            golden.files()
                    .forEach((name, text) ->
                            writeText(folder.resolve(name), text.text().orElseThrow()));
            copyTokenizer(folder);
            writeTensors(folder);
            writeModules(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the adapter of a golden below a folder; where it is. */
    public Path writeAdapter(Path parent) {
        try {
            Path folder = Files.createDirectory(parent.resolve(golden.text("directory")));
            golden.files()
                    .forEach((name, text) ->
                            writeText(folder.resolve(name), text.text().orElseThrow()));
            writeShard(folder.resolve("adapter_model.safetensors"), weights(false));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeText(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copyTokenizer(Path folder) throws IOException {
        // Of several a later one's files lie over those of an earlier, the golden's own over all.
        for (String name : golden.text("tokenizer").split("\\+", -1)) {
            try (Stream<Path> files = Files.list(Golden.folder("tokenizers").resolve(name))) {
                List<Path> others = files.filter(
                                file -> !golden.files().containsKey(String.valueOf(file.getFileName())))
                        .toList();
                for (Path file : others) {
                    Files.copy(
                            file,
                            folder.resolve(String.valueOf(file.getFileName())),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private List<Weights> weights(boolean ofModules) {
        return golden.list("tensors").stream()
                .map(Weights::of)
                .filter(one -> one.name().contains("/") == ofModules)
                .toList();
    }

    /** Tensors with a folder in their names are in a file of that folder. */
    private void writeModules(Path folder) throws IOException {
        for (Weights one : weights(true)) {
            String module = one.name().substring(0, one.name().indexOf('/'));
            writeShard(folder.resolve(module).resolve("model.safetensors"), List.of(one));
        }
    }

    private void writeTensors(Path folder) throws IOException {
        List<Weights> all = weights(false);
        int shards = Math.toIntExact(
                golden.json().find("shards").flatMap(JsonValue::integer).orElseThrow());
        List<String> index = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            int number = shard;
            List<Weights> here =
                    all.stream().filter(one -> one.shard() == number).toList();
            String name = shards == 1
                    ? "model.safetensors"
                    : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, shards);
            here.forEach(one -> index.add('"' + one.name() + "\": \"" + name + '"'));
            writeShard(folder.resolve(name), here);
        }
        if (shards > 1) {
            Files.writeString(
                    folder.resolve("model.safetensors.index.json"),
                    "{\"weight_map\": {" + String.join(", ", index) + "}}");
        }
    }

    private void writeShard(Path file, List<Weights> tensors) throws IOException {
        List<String> entries = new ArrayList<>();
        long offset = 0;
        for (Weights one : tensors) {
            long end = offset + one.elements() * one.elementBytes();
            String shape = one.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
            entries.add(String.format(
                    Locale.ROOT,
                    "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}",
                    one.name().substring(one.name().indexOf('/') + 1),
                    one.type(),
                    shape,
                    offset,
                    end));
            offset = end;
        }
        byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(8 + header.length + offset))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header);
        tensors.forEach(one -> fill(one, bytes));
        Files.write(file, bytes.array());
    }

    private void fill(Weights tensor, ByteBuffer target) {
        List<Double> literal = golden.literal(tensor.letter());
        if (!literal.isEmpty()) {
            literal.forEach(value -> put(tensor.type(), value, target));
            return;
        }
        long seed = 0xcbf29ce484222325L;
        for (byte one : tensor.name().getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ (one & 0xff)) * 0x100000001b3L;
        }
        List<Double> distribution = golden.distribution(tensor.letter());
        long largest = distribution.get(1).longValue();
        for (long i = 0; i < tensor.elements(); i++) {
            long high = splitMix(seed + (i + 1) * 0x9e3779b97f4a7c15L) >>> 32;
            long step = ((high * (2 * largest + 1)) >>> 32) - largest;
            double value = distribution.get(0)
                    + Math.scalb((double) step, -distribution.get(2).intValue());
            put(tensor.type(), distribution.size() > 3 ? value + Math.floor(i / distribution.get(3)) : value, target);
        }
    }

    private static void put(String type, double value, ByteBuffer target) {
        switch (type) {
            case "F32" -> target.putFloat((float) value);
            case "F16" -> target.putShort(Float16.fromFloat((float) value));
            case "BF16" -> target.putShort(BFloat16.fromFloat((float) value));
            case "F8_E4M3" -> target.put(eightBits((float) value));
            case "I32" -> target.putInt((int) (long) value);
            case "I64" -> target.putLong((long) value);
            default -> target.put((byte) (long) value);
        }
    }

    /** The byte whose value this is. */
    private static byte eightBits(float value) {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        float[] values = new float[all.length];
        ElementDecoder.decode(SafetensorsType.F8_E4M3, ByteBuffer.wrap(all), values, 0, all.length);
        return (byte) IntStream.range(0, all.length)
                .filter(i -> values[i] == value)
                .findFirst()
                .orElseThrow();
    }

    private static long splitMix(long state) {
        long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
