package io.shearling.recipes.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.json.JsonValue;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.compress.Workspace.Made;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
    private static final String KEY = "0".repeat(64);

    @TempDir
    private Path folder = Path.of("");

    /** Writes how often it was made into a file. */
    private static final class Counted implements Workspace.Work<String> {
        private final AtomicInteger made = new AtomicInteger();

        @Override
        public JsonValue.Fields make(Path place) {
            try {
                Files.writeString(place.resolve("file"), "made " + made.incrementAndGet());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return JsonValue.object("count", made.get());
        }

        @Override
        public String read(Path place, JsonValue.Fields note) {
            try {
                return Files.readString(place.resolve("file")) + ", noted "
                        + note.find("count").orElseThrow().integer().orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Made<String> once(Workspace workspace, Workspace.Work<String> work) {
        return workspace.once(KEY, work, () -> {});
    }

    private Path only() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("w"))) {
            return files.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    @Test
    void once_aSecondTime_isWhatWasMade() {
        Counted work = new Counted();
        assertThat(once(Workspace.open(folder.resolve("w")), work)).isEqualTo(new Made<>("made 1, noted 1", false));
        assertThat(once(Workspace.open(folder.resolve("w")), work)).isEqualTo(new Made<>("made 1, noted 1", true));
    }

    @Test
    void once_whereAByteIsAnother_isMadeAgain() throws IOException {
        Counted work = new Counted();
        Workspace workspace = Workspace.open(folder.resolve("w"));
        once(workspace, work);
        Files.writeString(only().resolve("file"), "made 9");
        assertThat(once(workspace, work)).isEqualTo(new Made<>("made 2, noted 2", false));
    }

    @Test
    void once_whereTheNoteIsDamaged_isMadeAgain() throws IOException {
        Counted work = new Counted();
        Workspace workspace = Workspace.open(folder.resolve("w"));
        once(workspace, work);
        for (String note : new String[] {"", "{", "[]", "{\"key\": 1}", "\0\0"}) {
            Files.writeString(only().resolve("note.json"), note);
            assertThat(once(workspace, work).reused()).isFalse();
            assertThat(once(workspace, work).reused()).isTrue();
        }
    }

    @Test
    void once_thatFails_isMadeTheNextTime() {
        Workspace workspace = Workspace.open(folder.resolve("w"));
        Counted work = new Counted();
        assertThatThrownBy(() -> workspace.once(
                        KEY,
                        new Workspace.Work<String>() {
                            @Override
                            public JsonValue.Fields make(Path place) {
                                work.make(place);
                                throw new IllegalStateException("full");
                            }

                            @Override
                            public String read(Path place, JsonValue.Fields note) {
                                return "";
                            }
                        },
                        () -> {}))
                .hasMessage("full");
        assertThat(once(workspace, work)).isEqualTo(new Made<>("made 2, noted 2", false));
    }

    @Test
    void once_whileSomebodyElseMakesIt_waits() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch waits = new CountDownLatch(1);
        Counted work = new Counted();
        Workspace.Work<String> slow = new Workspace.Work<>() {
            @Override
            public JsonValue.Fields make(Path place) {
                begun.countDown();
                try {
                    waits.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return work.make(place);
            }

            @Override
            public String read(Path place, JsonValue.Fields note) {
                return work.read(place, note);
            }
        };
        CompletableFuture<Made<String>> first =
                CompletableFuture.supplyAsync(() -> once(Workspace.open(folder.resolve("w")), slow));
        begun.await();
        Made<String> second = Workspace.open(folder.resolve("w")).once(KEY, work, waits::countDown);
        assertThat(second).isEqualTo(new Made<>("made 1, noted 1", true));
        assertThat(first.get().reused()).isFalse();
    }

    @Test
    void once_interruptedWhileItWaits_ends() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Counted work = new Counted();
        CompletableFuture<Made<String>> first =
                CompletableFuture.supplyAsync(() -> once(Workspace.open(folder.resolve("w")), new Workspace.Work<>() {
                    @Override
                    public JsonValue.Fields make(Path place) {
                        begun.countDown();
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return work.make(place);
                    }

                    @Override
                    public String read(Path place, JsonValue.Fields note) {
                        return work.read(place, note);
                    }
                }));
        begun.await();
        Thread here = Thread.currentThread();
        assertThatThrownBy(() -> Workspace.open(folder.resolve("w")).once(KEY, work, here::interrupt))
                .isInstanceOfSatisfying(
                        RecipeException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
        assertThat(Thread.interrupted()).isTrue();
        end.countDown();
        first.get();
    }

    @Test
    void open_whatIsNoWorkspaceOfOurs_isRefusedAndLeftAlone() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> Workspace.open(other))
                .hasMessage(other + ": it holds other things; name a new folder with --workspace");
        assertThat(other.toFile().list()).containsExactly("letter.txt");
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> Workspace.open(file)).isInstanceOf(RecipeException.class);
    }

    @Test
    void open_ofAnotherVersion_isRefused() throws IOException {
        Path later = Files.createDirectory(folder.resolve("later"));
        Files.writeString(later.resolve("shearling-workspace"), "version 99\n");
        assertThatThrownBy(() -> Workspace.open(later))
                .hasMessageContaining("it is a workspace of another release (version 99)");
    }
}
