package io.shearling.formats.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufDiffTest {
    private static final TensorShape SHAPE = TensorShape.of(512, 300);

    @TempDir
    private Path folder = Path.of("");

    private static GgufMetadata.Builder keys() {
        return GgufMetadata.builder()
                .put("general.architecture", "llama")
                .put("a", GgufValue.u32(1))
                .put("b", GgufArray.ofStrings(List.of("x", "y", "z")))
                .put("c", GgufValue.f32(0.5f));
    }

    /** A file with two tensors of this type; the data follows from the seed. */
    private Path write(String name, GgufMetadata metadata, TensorType type, long seed) {
        try (GgufWriter writer = GgufWriter.to(folder.resolve(name))
                .metadata(metadata)
                .tensor("one", type, SHAPE)
                .tensor("two", type, SHAPE)
                .open()) {
            for (TensorInfo tensor : writer.tensors()) {
                byte[] bytes = new byte[(int) tensor.sizeBytes()];
                new Random(seed).nextBytes(bytes);
                writer.write(tensor.name(), ByteBuffer.wrap(bytes));
            }
            return writer.commit();
        }
    }

    private static GgufDiff diff(Path one, Path other) {
        try (GgufFile a = GgufFile.open(one);
                GgufFile b = GgufFile.open(other)) {
            return GgufDiff.of(a, b);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"Q8_1", "Q8_K"},
            mode = EnumSource.Mode.EXCLUDE)
    void of_fileWithItselfAndItsCopy_isEmpty(TensorType type) {
        Path one = write("one.gguf", keys().build(), type, 7);
        Path copy = write("copy.gguf", keys().build(), type, 7);
        assertThat(diff(one, one).empty()).isTrue();
        assertThat(diff(one, copy).empty()).isTrue();
        assertThat(DiffText.lines(diff(one, copy))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void of_oneChangedByte_findsItsBlock(long seed) throws IOException {
        Random random = new Random(seed);
        TensorType[] types = {TensorType.F32, TensorType.BF16, TensorType.Q4_0, TensorType.Q6_K, TensorType.IQ1_S};
        TensorType type = types[random.nextInt(types.length)];
        Path one = write("one.gguf", keys().build(), type, seed);
        Path two = folder.resolve("two.gguf");
        Files.copy(one, two);
        long at = random.nextLong(type.bytes(SHAPE));
        try (GgufFile file = GgufFile.open(two);
                RandomAccessFile bytes = new RandomAccessFile(two.toFile(), "rw")) {
            bytes.seek(file.tensor("two").orElseThrow().fileOffset() + at);
            int old = bytes.read();
            bytes.seek(bytes.getFilePointer() - 1);
            bytes.write(old ^ 1);
        }
        GgufDiff diff = diff(one, two);
        assertThat(diff.keys()).isEmpty();
        assertThat(diff.tensors()).hasSize(1);
        TensorDifference tensor = diff.tensors().get(0);
        assertThat(tensor.name()).isEqualTo("two");
        assertThat(tensor.kind()).isEqualTo(TensorDifference.Kind.DATA);
        DataDifference data = tensor.data().orElseThrow();
        assertThat(data.differing()).isEqualTo(1);
        assertThat(data.firstBlock()).isEqualTo(at / type.blockBytes());
        assertThat(data.firstElement()).isEqualTo(at / type.blockBytes() * type.blockElements());
        byte[] block = data.one().bytes();
        block[(int) (at % type.blockBytes())] ^= 1;
        assertThat(data.other().bytes()).isEqualTo(block);
        assertThat(data.distance().isPresent()).isEqualTo(data.one().values().isPresent());
        assertThat(DiffText.lines(diff)).hasSize(4).first().asString().contains("two", "1 of ");
    }

    @Test
    void of_knownFloats_hasTheirDistance() {
        GgufDiff diff = diff(floats("one.gguf", 1, 2, 3, 4), floats("two.gguf", 1, 2.5f, 3, 2));
        DataDifference data = diff.tensors().get(0).data().orElseThrow();
        assertThat(data.differing()).isEqualTo(2);
        assertThat(data.firstElement()).isEqualTo(1);
        assertThat(data.one().toString()).isEqualTo("[2.0]");
        DataDifference.Distance distance = data.distance().orElseThrow();
        assertThat(distance.largest()).isEqualTo(2);
        assertThat(distance.rootMeanSquare()).isEqualTo(Math.sqrt((0.25 + 4) / 4));
    }

    @Test
    void of_notANumber_isInfinitelyFarFromANumber() {
        GgufDiff same = diff(floats("one.gguf", Float.NaN), floats("two.gguf", Float.NaN));
        assertThat(same.empty()).isTrue();
        GgufDiff diff = diff(floats("one.gguf", Float.NaN), floats("two.gguf", 1));
        assertThat(diff.tensors()
                        .get(0)
                        .data()
                        .orElseThrow()
                        .distance()
                        .orElseThrow()
                        .largest())
                .isInfinite();
    }

    private Path floats(String name, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        try (GgufWriter writer = GgufWriter.to(folder.resolve(name))
                .tensor("t", TensorType.F32, TensorShape.of(values.length))
                .open()) {
            writer.write("t", bytes);
            return writer.commit();
        }
    }

    @Test
    void of_keys_tellsEachKind() {
        GgufMetadata other = GgufMetadata.builder()
                .put("c", GgufValue.f32(0.5f))
                .put("general.architecture", "llama")
                .put("a", GgufValue.i32(1))
                .put("b", GgufArray.ofStrings(List.of("x", "q", "z")))
                .put("d", "new")
                .build();
        GgufMetadata one = keys().put("e", "old").build();
        List<KeyDifference> differences = KeyDifference.between(one, other);
        assertThat(differences)
                .extracting(KeyDifference::key, KeyDifference::kind)
                .containsExactly(
                        tuple("a", KeyDifference.Kind.TYPE),
                        tuple("b", KeyDifference.Kind.VALUE),
                        tuple("c", KeyDifference.Kind.ORDER),
                        tuple("e", KeyDifference.Kind.ONLY_IN_FIRST),
                        tuple("d", KeyDifference.Kind.ONLY_IN_SECOND));
        assertThat(differences.get(1).firstElement()).hasValue(1);
        assertThat(DiffText.lines(new GgufDiff(differences, List.of())))
                .containsExactly(
                        "~ key a: u32 1 -> i32 1",
                        "~ key b: string[3] -> string[3], first at 1: y -> q",
                        "~ key c is at another place",
                        "- key e = old",
                        "+ key d = new");
    }

    @Test
    void of_tensorTable_tellsEachKind() {
        Path one = table("one.gguf", "a", "b", "c", "d");
        Path two = table("two.gguf", "d", "a", "b", "e");
        assertThat(diff(one, two).tensors())
                .extracting(TensorDifference::name, TensorDifference::kind)
                .containsExactly(
                        tuple("c", TensorDifference.Kind.ONLY_IN_FIRST),
                        tuple("d", TensorDifference.Kind.ORDER),
                        tuple("e", TensorDifference.Kind.ONLY_IN_SECOND));
        Path shaped = floats("three.gguf", 1, 2);
        Path longer = floats("four.gguf", 1, 2, 3);
        assertThat(diff(shaped, longer).tensors())
                .extracting(TensorDifference::kind)
                .containsExactly(TensorDifference.Kind.SHAPE);
    }

    private Path table(String name, String... tensors) {
        GgufWriter.Builder plan = GgufWriter.to(folder.resolve(name));
        for (String tensor : tensors) {
            plan.tensor(tensor, TensorType.F32, TensorShape.of(1));
        }
        try (GgufWriter writer = plan.open()) {
            for (String tensor : tensors) {
                writer.write(tensor, ByteBuffer.allocate(4));
            }
            return writer.commit();
        }
    }
}
