package io.shearling.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.natives.NativeFile;
import io.shearling.platform.ChildLoad.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Natives of the real jar in JVMs of their own, where something is wrong with the cache. */
class LoaderStressIT {
    private static final String REMEDY = "SHEARLING_CACHE or -Dshearling.cache";

    @TempDir
    private static Path shared = Path.of("");

    @TempDir
    private Path folder = Path.of("");

    private ChildLoad child = new ChildLoad(folder);

    @BeforeAll
    static void fill() throws Exception {
        new ChildLoad(shared).run().succeeded();
    }

    @BeforeEach
    void setUp() {
        child = new ChildLoad(folder);
    }

    @Test
    void load_eightAtOnceIntoAnEmptyCache_shareOneFolder() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            processes.add(
                    child.start(List.of(), "-cp", System.getProperty("java.class.path"), LoadProgram.class.getName()));
        }
        for (Process process : processes) {
            assertThat(ChildLoad.end(process).succeeded().output().lines())
                    .singleElement()
                    .asString()
                    .contains(" true ", child.natives().toString());
        }
        assertWhole(theOnlyOneIn(child.natives()));
        assertThat(child.temporary()).isEmptyDirectory();
        assertThat(folder.resolve("home")).isEmptyDirectory();
    }

    @Test
    void load_fromAFilledCacheThatIsReadOnly_works() throws Exception {
        copyCache();

        Result result = child.run(Obstacle.readOnly(child.cache()).within()).succeeded();

        assertThat(result.output()).contains(" true ");
    }

    @Test
    void load_intoAnEmptyCacheThatIsReadOnly_takesTheTemporaryFolderAndSaysSo() throws Exception {
        assertTemporary(Obstacle.readOnly(child.cache()));
    }

    @Test
    void load_whereNothingMayBeExecuted_takesTheTemporaryFolderAndSaysSo() throws Exception {
        assertTemporary(Obstacle.noExecution(child.cache()));
    }

    @Test
    void load_whereThereIsNoSpace_takesTheTemporaryFolderAndLeavesNothing() throws Exception {
        assertTemporary(Obstacle.full(child.cache()));
    }

    @Test
    void load_whereNothingMayBeExecutedAnywhere_isRefusedInOneSentence() throws Exception {
        Obstacle obstacle = Obstacle.noExecution(folder);

        Result result = child.run(obstacle.within()).refused();

        assertThat(result.output().lines())
                .singleElement()
                .asString()
                .startsWith("NO_FOLDER ")
                .contains(child.natives().toString(), child.temporary().toString(), obstacle.cause(), REMEDY);
    }

    @Test
    void load_whereNoFileFitsAnywhere_isRefusedAndLeavesNothing() throws Exception {
        Obstacle obstacle = Obstacle.smallFiles();

        Result result = child.run(obstacle.within()).refused();

        assertThat(result.output().lines())
                .singleElement()
                .asString()
                .startsWith("NO_FOLDER ")
                .contains(obstacle.cause(), REMEDY);
        try (Stream<Path> left = Files.walk(folder)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void load_aFileInTheCachesPlace_takesTheTemporaryFolderAndSaysSo() throws Exception {
        Files.writeString(child.cache(), "");

        assertTemporary(new Obstacle(List.of(), "Not a directory"));
    }

    @Test
    void load_filesThatWereDamagedInEveryWay_areReplaced() throws Exception {
        Path natives = copyCache();
        Files.write(natives.resolve("libllama.so.0"), noise(natives.resolve("libllama.so.0")));
        Files.write(natives.resolve("libggml-base.so.0"), new byte[1000]);
        Files.write(natives.resolve("libjnishearlingcore.so"), new byte[0]);
        Files.delete(natives.resolve("libggml-cpu-x64.so"));
        Files.setPosixFilePermissions(natives.resolve("libshearling.so"), Set.of());
        Files.delete(natives.resolve("libjnijavacpp.so"));
        Files.createSymbolicLink(natives.resolve("libjnijavacpp.so"), Path.of("nowhere"));

        Result result = child.run().succeeded();

        assertThat(result.output().lines()).singleElement().asString().contains(natives.toString());
        assertWhole(natives);
    }

    /** As a failing disk does it: neither size nor time tells. What is loaded does, and all is compared then. */
    @ParameterizedTest
    @ValueSource(strings = {"libllama.so.0", "libjnishearlingcore.so"})
    void load_damageThatDoesNotShow_isReplacedOnceLoadingFails(String name) throws Exception {
        Path natives = copyCache();
        Path file = natives.resolve(name);
        FileTime time = Files.getLastModifiedTime(file);
        Files.write(file, noise(file));
        Files.setLastModifiedTime(file, time);

        Result result = child.run().succeeded();

        assertThat(result.output()).contains("damaged", "unpacked again", natives.toString());
        assertWhole(natives);
    }

    @Test
    void load_theCacheDeletedUnderARunningProgram_doesNoHarm() throws Exception {
        Path natives = copyCache();
        Process first = child.start(
                List.of(), "-cp", System.getProperty("java.class.path"), LoadProgram.class.getName(), "wait");
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(first.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).contains(" true ");
            delete(child.cache());

            assertThat(child.run().succeeded().output()).contains(" true ", natives.toString());

            first.getOutputStream().close();
            assertThat(output.readLine()).contains(" true ");
            assertThat(first.waitFor()).isZero();
        }
        assertWhole(natives);
    }

    /** It works, and one line tells which place would not do, why, and what to name. */
    private void assertTemporary(Obstacle obstacle) throws Exception {
        String output = child.run(obstacle.within()).succeeded().output();

        assertThat(output).containsOnlyOnce(REMEDY);
        assertThat(output)
                .contains(obstacle.cause(), " true ", child.temporary().toString());
        assertThat(output).doesNotContain("Exception", ".part");
    }

    private Path copyCache() throws IOException {
        Path source = theOnlyOneIn(new ChildLoad(shared).natives());
        Path target = Files.createDirectories(child.natives()).resolve(source.getFileName());
        Files.createDirectory(target);
        for (Path file : filesIn(source)) {
            Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return target;
    }

    private static byte[] noise(Path file) throws IOException {
        byte[] bytes = new byte[(int) Files.size(file)];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    /** The files of the jar, all of them right, and no other than the seal. */
    private static void assertWhole(Path natives) throws Exception {
        List<String> names = new ArrayList<>(List.of(".verified"));
        for (NativeFile file : new PlatformBundle().files()) {
            names.add(file.name());
            Path path = natives.resolve(file.name());
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
            assertThat(HexFormat.of().formatHex(hash)).as(file.name()).isEqualTo(file.sha256());
            assertThat(path).isExecutable();
        }
        assertThat(filesIn(natives))
                .extracting(path -> String.valueOf(path.getFileName()))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    private static Path theOnlyOneIn(Path folder) throws IOException {
        List<Path> files = filesIn(folder);
        assertThat(files).hasSize(1);
        return files.get(0);
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        for (Path file : filesIn(folder)) {
            if (Files.isDirectory(file)) {
                delete(file);
            } else {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
