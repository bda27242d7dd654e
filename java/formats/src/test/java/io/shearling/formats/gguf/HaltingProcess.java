package io.shearling.formats.gguf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A program that dies in the middle of a file: what it noted is the first tensor and the second half of the third. */
final class HaltingProcess {
    static final String ORIGIN = "the origin";
    static final int CODE = 86;

    private HaltingProcess() {}

    static Process start(Path target) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HaltingProcess.class.getName(),
                        target.toString())
                .redirectErrorStream(true)
                .start();
    }

    public static void main(String[] arguments) {
        GgufPlacer output =
                GgufPlacerTest.plan(Path.of(arguments[0])).resumable(ORIGIN).openPlaced();
        List<TensorInfo> tensors = output.tensors();
        output.write(tensors.get(0), 0, GgufPlacerTest.bytes(tensors.get(0), 0, 16));
        output.write(tensors.get(2), 8, GgufPlacerTest.bytes(tensors.get(2), 8, 8));
        output.note();
        output.write(tensors.get(1), 0, GgufPlacerTest.bytes(tensors.get(1), 0, 16));
        Runtime.getRuntime().halt(CODE);
    }
}
