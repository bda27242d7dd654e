package io.shearling.it.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.testkit.TinyCheckpoint;
import io.shearling.testkit.reference.ReferenceTools;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A checkpoint converted to a mix in one pass is what llama-quantize makes of the bf16 file: every tensor's type and bytes. */
class MixReferenceIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Of rows that are whole blocks of every type, with heads in groups of four; and of rows that are not. */
    private static final List<TinyCheckpoint> CHECKPOINTS =
            List.of(new TinyCheckpoint(256, 9, 8, 2, 1), new TinyCheckpoint(96, 3, 4, 4, 2));

    @TempDir
    private Path folder = Path.of("");

    static Stream<OutputType> mixes() {
        return Arrays.stream(OutputType.values()).filter(type -> type.preset().isPresent());
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void convert_mix_equalsTwoSteps(OutputType mix) {
        ReferenceTools tools = ReferenceTools.find();
        for (TinyCheckpoint checkpoint : CHECKPOINTS) {
            Path source = checkpoint.write(folder.resolve("width-" + checkpoint.width()));
            Path plain = convert(source, OutputType.BF16);
            Path expected = folder.resolve(checkpoint.width() + "-expected.gguf");
            tools.run("llama-quantize", LIMIT, plain.toString(), expected.toString(), mix.name());
            assertThat(tensors(convert(source, mix))).isEqualTo(tensors(expected));
        }
    }

    private Path convert(Path checkpoint, OutputType type) {
        ConversionOptions options = ConversionOptions.DEFAULT.withType(type).withThreads(2);
        try (Conversion conversion = Conversion.of(checkpoint, options)) {
            return conversion.write(
                    folder.resolve(checkpoint.getFileName() + "-" + type + ".gguf"), ConversionListener.NONE);
        }
    }

    /** Name, type, shape and bytes. */
    private static Map<String, String> tensors(Path path) {
        try (GgufFile file = GgufFile.open(path)) {
            Map<String, String> tensors = new TreeMap<>();
            for (TensorInfo tensor : file.tensors()) {
                byte[] bytes = new byte[(int) tensor.sizeBytes()];
                file.read(tensor, 0, ByteBuffer.wrap(bytes));
                tensors.put(tensor.name(), tensor.type() + " " + tensor.shape() + " " + Arrays.hashCode(bytes));
            }
            return tensors;
        }
    }
}
