package io.shearling.it.fuzz;

import io.shearling.runtime.Model;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.LogManager;

/**
 * A program that loads mutants of a run of seeds and works with those that load: {@code FOLDER FIRST COUNT}. It says of each
 * seed {@code begin SEED STORY}, then {@code loaded SEED}, {@code refused SEED MESSAGE} or {@code defect SEED ERROR}. Who
 * started it sees by the last line which seed it died of; a seed that takes too long it dies of itself.
 */
final class CheckedLoads {
    static final int HANGS = 3;
    /**
     * A seed takes a tenth of a second. Where others keep the cores busy, an engine with two named threads takes a hundred
     * times that; what hangs, hangs longer.
     */
    private static final long PATIENCE_MILLIS = 180_000;

    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private CheckedLoads() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        long first = Long.parseLong(arguments[1]);
        long count = Long.parseLong(arguments[2]);
        LogManager.getLogManager().reset(); // refusals are told on stdout; the log would tell them again
        HealthyModels healthy = HealthyModels.in(folder.resolve("healthy"));
        AtomicLong since = new AtomicLong(System.nanoTime());
        watch(since);
        for (long seed = first; seed < first + count; seed++) {
            since.set(System.nanoTime());
            attempt(healthy, folder, seed);
        }
        OUT.println("end");
        System.exit(0);
    }

    private static void attempt(HealthyModels healthy, Path folder, long seed) throws IOException {
        Mutant mutant = Mutant.forLoading(healthy, seed);
        OUT.println("begin " + seed + " " + line(mutant.story()));
        String name = "mutant-" + seed + ".gguf";
        Path file = Files.write(folder.resolve(name), mutant.file());
        try (Model model = Model.load(file)) {
            new Workout(model, seed).run();
            OUT.println("loaded " + seed);
        } catch (ShearlingException refusal) {
            Sentence.requireOfFile(refusal, name);
            OUT.println("refused " + seed + " " + refusal.getMessage());
        } catch (RuntimeException | AssertionError defect) {
            OUT.println("defect " + seed + " " + line(defect.toString()));
            defect.printStackTrace(System.err);
        } finally {
            Files.delete(file);
        }
    }

    private static void watch(AtomicLong since) {
        Thread watchdog = new Thread(() -> {
            while (System.nanoTime() - since.get() < PATIENCE_MILLIS * 1_000_000) {
                try {
                    Thread.sleep(500);
                } catch (InterruptedException e) {
                    return;
                }
            }
            Thread.getAllStackTraces().forEach((thread, stack) -> {
                System.err.println(thread);
                for (StackTraceElement element : stack) {
                    System.err.println("    " + element);
                }
            });
            Runtime.getRuntime().halt(HANGS);
        });
        watchdog.setDaemon(true);
        watchdog.start();
    }

    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
