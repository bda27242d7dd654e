package io.shearling.formats.gguf;

import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A program that writes one small file so many times, and prints why when it is refused: the second process of a test. */
final class WritingProcess {
    private WritingProcess() {}

    static Process start(Path target, int times) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WritingProcess.class.getName(),
                        target.toString(),
                        Integer.toString(times))
                .redirectErrorStream(true)
                .start();
    }

    static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public static void main(String[] arguments) {
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            try {
                write(Path.of(arguments[0]));
            } catch (GgufException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    static void write(Path target) {
        try (GgufWriter writer = GgufWriter.to(target)
                .tensor("x", TensorType.F32, TensorShape.of(4))
                .open()) {
            writer.write("x", ByteBuffer.allocate(16));
            writer.commit();
        }
    }
}
