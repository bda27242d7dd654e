package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random metadata and tensors, written, read, compared, and written again. */
class GgufRoundTripTest {
    private static final int FILES = 150;

    @TempDir
    Path directory;

    @Test
    void read_randomFiles_areWhatWasWritten() throws IOException {
        for (int seed = 0; seed < FILES; seed++) {
            Random random = new Random(seed);
            GgufMetadata metadata = metadata(random);
            Map<String, TensorInfo> tensors = new LinkedHashMap<>();
            Map<String, byte[]> data = new LinkedHashMap<>();
            Path first = directory.resolve("first.gguf");
            write(first, metadata, random(random, tensors, data), data, random);
            Path second = directory.resolve("second.gguf");
            try (GgufFile file = GgufFile.open(first)) {
                assertThat(file.metadata()).as("seed %d", seed).isEqualTo(metadata);
                assertThat(file.metadata().keys()).containsExactlyElementsOf(metadata.keys());
                assertThat(file.tensors()).hasSize(data.size());
                assertThat(file.sizeBytes()).isEqualTo(Files.size(first));
                for (TensorInfo tensor : file.tensors()) {
                    byte[] expected = data.get(tensor.name());
                    assertThat(file.view(tensor, 0, (int) tensor.sizeBytes())).isEqualTo(ByteBuffer.wrap(expected));
                    assertThat(file.view(tensor, 0, 0).order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
                    assertThat(tensor.fileOffset() % alignment(metadata)).isZero();
                }
                write(second, file.metadata(), file.tensors(), data, random);
            }
            assertThat(second).hasSameBinaryContentAs(first);
        }
    }

    private static void write(
            Path path, GgufMetadata metadata, List<TensorInfo> tensors, Map<String, byte[]> data, Random random) {
        GgufWriter.Builder plan = GgufWriter.to(path).metadata(metadata);
        tensors.forEach(tensor -> plan.tensor(tensor.name(), tensor.type(), tensor.shape()));
        try (GgufWriter writer = plan.open()) {
            for (TensorInfo tensor : writer.tensors()) {
                ByteBuffer bytes = ByteBuffer.wrap(data.get(tensor.name()));
                while (bytes.hasRemaining()) {
                    int piece = 1 + random.nextInt(bytes.remaining());
                    writer.write(tensor.name(), bytes.slice(bytes.position(), piece));
                    bytes.position(bytes.position() + piece);
                }
            }
            writer.commit();
            assertThat(writer.writtenBytes()).isEqualTo(writer.sizeBytes());
        }
    }

    private static List<TensorInfo> random(Random random, Map<String, TensorInfo> tensors, Map<String, byte[]> data) {
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            TensorType type = pick(TensorType.values(), random);
            long[] extents = new long[1 + random.nextInt(4)];
            for (int d = 0; d < extents.length; d++) {
                extents[d] = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(3);
            }
            extents[0] *= type.blockElements();
            TensorShape shape = TensorShape.of(extents);
            String name = "blk." + i + ".w\u00e9ight";
            tensors.put(name, new TensorInfo(name, type, shape, 0, 0, 0, type.bytes(shape)));
            byte[] bytes = new byte[(int) type.bytes(shape)];
            random.nextBytes(bytes);
            data.put(name, bytes);
        }
        return List.copyOf(tensors.values());
    }

    private static GgufMetadata metadata(Random random) {
        GgufMetadata.Builder builder = GgufMetadata.builder();
        if (random.nextBoolean()) {
            builder.put("general.alignment", GgufValue.u32(1L << random.nextInt(9)));
        }
        for (int i = random.nextInt(20); i > 0; i--) {
            GgufValueType type = pick(GgufValueType.values(), random);
            builder.put("key." + i, type == GgufValueType.ARRAY ? array(random) : scalar(type, random));
        }
        return builder.build();
    }

    private static long alignment(GgufMetadata metadata) {
        return metadata.findInteger("general.alignment").orElse(32);
    }

    private static GgufValue scalar(GgufValueType type, Random random) {
        return switch (type) {
            case F32 -> GgufValue.f32(random.nextFloat());
            case F64 -> GgufValue.f64(random.nextGaussian());
            case BOOL -> GgufValue.bool(random.nextBoolean());
            case STRING -> GgufValue.string(text(random));
            default -> new GgufInteger(type, integer(type, random));
        };
    }

    private static GgufArray array(Random random) {
        int size = random.nextInt(100);
        return switch (random.nextInt(5)) {
            case 0 -> GgufArray.ofFloats(new float[size]);
            case 1 -> GgufArray.ofDoubles(random.doubles(size).toArray());
            case 2 -> GgufArray.ofBools(new boolean[size]);
            case 3 -> {
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    texts.add(text(random));
                }
                yield GgufArray.ofStrings(texts);
            }
            default -> {
                GgufValueType type = List.of(
                                GgufValueType.U8,
                                GgufValueType.I8,
                                GgufValueType.U16,
                                GgufValueType.I16,
                                GgufValueType.U32,
                                GgufValueType.I32,
                                GgufValueType.U64,
                                GgufValueType.I64)
                        .get(random.nextInt(8));
                long[] values = new long[size];
                for (int i = 0; i < size; i++) {
                    values[i] = integer(type, random);
                }
                yield GgufArray.ofIntegers(type, values);
            }
        };
    }

    private static long integer(GgufValueType type, Random random) {
        long bits = random.nextLong();
        int unused = 64 - 8 * type.bytes();
        return type.label().startsWith("u") ? bits >>> unused : bits >> unused;
    }

    private static <T> T pick(T[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.appendCodePoint(
                    List.of(0x41 + i, 0xe9, 0x4e2d, 0x1f411, 0, 0x0a).get(random.nextInt(6)));
        }
        return text.toString();
    }
}
