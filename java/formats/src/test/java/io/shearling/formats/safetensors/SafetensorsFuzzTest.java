package io.shearling.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** The reader against Jazzer; see the fuzz test of the GGUF reader. */
class SafetensorsFuzzTest {
    @MethodSource("seeds")
    @Timeout(120) // with the start of Jazzer
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "")
    void parse_anyBytes_areReadOrRefused(byte[] file) {
        try {
            SafetensorsHeader header = RawSafetensors.parse(file);
            long end = header.dataStart();
            for (SafetensorsTensor tensor : header.tensors()) {
                assertThat(tensor.fileOffset()).isEqualTo(end);
                end += tensor.sizeBytes();
            }
            assertThat(end).isEqualTo(file.length);
        } catch (SafetensorsException refusal) {
            assertThat(refusal.getMessage()).endsWith(".").doesNotContainPattern("\\p{Cntrl}");
        }
    }

    static Stream<byte[]> seeds() {
        return Stream.concat(
                Stream.of(RawSafetensors.file(
                        "{\"__metadata__\":{\"k\":\"v\"}," + RawSafetensors.tensor("a", "F16", "2,1", "0,4") + "}", 4)),
                SafetensorsParserTest.hostile()
                        .map(arguments -> (byte[]) arguments.get()[1])
                        .filter(file -> file.length < 4096));
    }
}
