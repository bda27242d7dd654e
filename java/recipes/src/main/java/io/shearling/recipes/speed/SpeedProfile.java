package io.shearling.recipes.speed;

import io.shearling.recipes.Text;
import io.shearling.runtime.measure.ProductTimer;
import io.shearling.runtime.measure.WeightProduct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * How long products take on this machine, each measured once and kept in a file: a line that says which machine, and one for each
 * product. Not thread-safe.
 */
public final class SpeedProfile {
    private static final String HEAD = "shearling products 1: ";
    private static final int NAME_DIGITS = 12;
    private static final int FIELDS = 7;

    private final Path file;
    private final String machine;
    private final Map<String, Double> seconds = new TreeMap<>();
    private Optional<String> fault = Optional.empty();

    private SpeedProfile(Path file, String machine) {
        this.file = file;
        this.machine = machine;
    }

    /**
     * The profile of this machine; a new one where its file cannot be read.
     *
     * @param folder of the profiles of all machines; need not exist
     */
    public static SpeedProfile open(Path folder) {
        String machine = ProductTimer.machine();
        Path file =
                folder.resolve("products-" + Text.of(machine, machine).sha256().substring(0, NAME_DIGITS) + ".txt");
        SpeedProfile profile = new SpeedProfile(file, machine);
        try {
            if (Files.exists(file)) {
                profile.read(Files.readAllLines(file));
            }
        } catch (IOException e) {
            profile.fault = Optional.of("it cannot be read: " + e);
        }
        return profile;
    }

    /** A file that is damaged or of another machine is as good as none: its products are measured anew. */
    private void read(List<String> lines) {
        if (lines.isEmpty() || !lines.get(0).equals(HEAD + machine)) {
            return;
        }
        for (String line : lines.subList(1, lines.size())) {
            int end = line.lastIndexOf(' ');
            try {
                double value = Double.parseDouble(line.substring(end + 1));
                if (value > 0 && value < Double.POSITIVE_INFINITY && line.split(" ", -1).length == FIELDS) {
                    seconds.put(line.substring(0, end), value);
                }
            } catch (NumberFormatException e) {
                seconds.clear();
                return;
            }
        }
    }

    /** Where it is kept. */
    public Path file() {
        return file;
    }

    /** Why what was measured last is not in its file, and will be measured again by the next who wants it; empty where it is. */
    public Optional<String> fault() {
        return fault;
    }

    /** What it holds for: processor, kernels, threads, version of llama.cpp. */
    public String machine() {
        return machine;
    }

    boolean knows(WeightProduct product) {
        return seconds.containsKey(key(product));
    }

    /** Seconds of a product, measured where that was not done yet. */
    double seconds(WeightProduct product) {
        return seconds.computeIfAbsent(key(product), key -> ProductTimer.seconds(product));
    }

    private static String key(WeightProduct product) {
        return new StringJoiner(" ")
                .add(product.type().ggmlName())
                .add(Long.toString(product.columns()))
                .add(Long.toString(product.rows()))
                .add(Integer.toString(product.matrices()))
                .add(Integer.toString(product.used()))
                .add(Integer.toString(product.tokens()))
                .toString();
    }

    /** Writes the file, whether the thread is interrupted or not; where that fails, times are good for this run all the same. */
    void save() {
        boolean interrupted = Thread.interrupted();
        try {
            write();
            fault = Optional.empty();
        } catch (IOException e) {
            fault = Optional.of("it cannot be written: " + e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write() throws IOException {
        StringBuilder text = new StringBuilder(HEAD + machine + "\n");
        seconds.forEach(
                (key, value) -> text.append(key).append(' ').append(value).append('\n'));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
