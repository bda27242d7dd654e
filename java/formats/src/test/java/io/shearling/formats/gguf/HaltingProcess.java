package io.shearling.formats.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A program that dies in the middle of a file. */
final class HaltingProcess {
    static final String ORIGIN = "the origin";
    static final SplitRule SPLIT = new SplitRule(2, 0, false);
    static final int CODE = 86;

    private HaltingProcess() {}

    /** What it notes is the first tensor and the second half of the third. */
    static Process start(Path target) throws IOException {
        return start(target, "noting");
    }

    /** The same in two files. */
    static Process startSplit(Path target) throws IOException {
        return start(target, "splitting");
    }

    /** Makes the file of something else, and has written zeros all over it, but noted nothing. */
    static Process startOther(Path target, boolean resumable) throws IOException {
        return start(target, resumable ? "other" : "streaming");
    }

    private static Process start(Path target, String way) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HaltingProcess.class.getName(),
                        target.toString(),
                        way)
                .redirectErrorStream(true)
                .start();
    }

    public static void main(String[] arguments) {
        GgufWriter.Builder plan = GgufPlacerTest.plan(Path.of(arguments[0]));
        switch (arguments[1]) {
            case "noting" -> note(plan.resumable(ORIGIN).openPlaced());
            case "splitting" -> note(plan.split(SPLIT).resumable(ORIGIN).openPlaced());
            case "other" -> writeZeros(plan.resumable("another origin").openPlaced());
            default -> writeZeros(plan.open());
        }
        Runtime.getRuntime().halt(CODE);
    }

    private static void note(GgufPlacer output) {
        List<TensorInfo> tensors = output.tensors();
        output.write(tensors.get(0), 0, GgufPlacerTest.bytes(tensors.get(0), 0, 16));
        output.write(tensors.get(2), 8, GgufPlacerTest.bytes(tensors.get(2), 8, 8));
        output.note();
        output.write(tensors.get(1), 0, GgufPlacerTest.bytes(tensors.get(1), 0, 16));
    }

    private static void writeZeros(GgufPlacer output) {
        output.tensors().forEach(tensor -> output.write(tensor, 0, ByteBuffer.allocate(16)));
    }

    private static void writeZeros(GgufWriter output) {
        output.tensors().forEach(tensor -> output.write(tensor.name(), ByteBuffer.allocate(16)));
    }
}
