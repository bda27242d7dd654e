package io.shearling.it.runtime;

import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import io.shearling.runtime.Session;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** A main class under which a model's file changes between two generations. */
final class ChangedFile {
    private ChangedFile() {}

    /** The file, what happens to it, and how it is loaded. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        ModelOptions options = ModelOptions.builder()
                .loadMode(ModelOptions.LoadMode.valueOf(arguments[2]))
                .build();
        EngineOptions small = EngineOptions.builder()
                .contextTokens(256)
                .sequences(2)
                .threads(1)
                .build();
        try (Model model = Model.load(file, options);
                Engine engine = model.newEngine(small);
                Session session = engine.newSession()) {
            tell("before", () -> generate(session));
            change(file, arguments[1]);
            tell("generation", () -> generate(session));
            tell("session", () -> engine.newSession().close());
            tell("engine", () -> model.newEngine(small).close());
        }
        System.out.println("closed");
    }

    private static void generate(Session session) {
        session.complete("the sheep", GenerationOptions.greedy(8)).await();
    }

    private static void tell(String what, Runnable action) {
        try {
            action.run();
            System.out.println(what + ": done");
        } catch (ShearlingException e) {
            System.out.println(what + ": " + e.code() + " " + e.getMessage());
        }
    }

    private static void change(Path file, String how) throws IOException {
        Path beside = file.resolveSibling("beside.gguf");
        switch (how) {
            case "truncate" -> {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(100);
                }
            }
            case "touch" -> Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
            case "rename" -> {
                Files.writeString(beside, "another file");
                Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
            }
            case "delete" -> Files.delete(file);
            default -> throw new IllegalArgumentException(how);
        }
    }
}
