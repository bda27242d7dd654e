package io.shearling.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.core.Core;
import io.shearling.llama.Llama;
import io.shearling.natives.NativeFile;
import io.shearling.natives.NativeLibraries;
import io.shearling.natives.NativeState;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformBundleIT {

    @Test
    void files_ofTheJar_areLibrariesPluginsAndGlue() {
        assertThat(new PlatformBundle().files())
                .extracting(NativeFile::name)
                .contains(
                        "libggml-base.so.0",
                        "libggml.so.0",
                        "libllama.so.0",
                        "libllama-common.so.0",
                        "libshearling.so",
                        "libggml-cpu-x64.so",
                        "libjnijavacpp.so",
                        "libjnishearlingcore.so",
                        "libjnishearlingllama.so");
    }

    @Test
    void licences_ofWhatIsInside_areInTheJar() throws Exception {
        Path jar = Path.of(PlatformBundle.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());

        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            assertThat(files.getPath("META-INF/LICENSE")).content().contains("Apache License");
            assertThat(files.getPath("META-INF/NOTICE")).content().contains("JavaCPP");
            assertThat(files.getPath("META-INF/licenses/llama.cpp.txt"))
                    .content()
                    .contains("MIT License");
            assertThat(files.getPath("META-INF/licenses/nlohmann-json.txt"))
                    .content()
                    .contains("Niels Lohmann");
            assertThat(files.getPath("META-INF/licenses/cpp-httplib.txt"))
                    .content()
                    .contains("MIT License");
        }
    }

    @Test
    void load_fromTheJar_takesEverythingFromOneFolderOfTheCache() {
        NativeLibraries.load();

        Path directory = NativeLibraries.directory();
        assertThat(directory.getParent())
                .isEqualTo(Path.of("target/cache/natives").toAbsolutePath());
        assertThat(Core.shl_version()).isEqualTo(Core.SHL_VERSION);
        assertThat(Llama.llama_max_devices()).isPositive();
        assertThat(Loader.getLoadedLibraries())
                .extractingByKeys("jnijavacpp", "jnishearlingcore", "jnishearlingllama")
                .allSatisfy(file -> assertThat(file).startsWith(directory.toString()));
        assertThat(NativeLibraries.state()).isInstanceOfSatisfying(NativeState.Loaded.class, loaded -> {
            assertThat(loaded.passedOver()).isEmpty();
            assertThat(loaded.libraries()).allSatisfy(file -> assertThat(file).hasParent(directory));
        });
    }

    @Test
    void load_inThreeProcessesAtOnce_sharesOneFolder(@TempDir Path folder) throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(start(folder, "-cp", System.getProperty("java.class.path"), LoadProgram.class.getName()));
        }
        for (Process process : processes) {
            assertThat(lineOf(process)).contains(" true ").contains(folder.toString());
        }
        try (Stream<Path> folders = Files.list(folder.resolve("natives"))) {
            assertThat(folders).hasSize(1);
        }
        assertThat(folder.resolve("home")).isEmptyDirectory();
    }

    @Test
    void load_onTheModulePath_findsTheBundleAsAService(@TempDir Path folder) throws Exception {
        List<String> modules = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            boolean module = entry.contains("shearling-") || entry.contains("javacpp") || isModule(Path.of(entry));
            (module ? modules : classes).add(entry);
        }

        String line = lineOf(start(
                folder,
                "--module-path",
                String.join(File.pathSeparator, modules),
                "--add-modules",
                "io.shearling.core,io.shearling.llama",
                "--patch-module",
                "io.shearling.platform=target/test-classes",
                "--add-reads",
                "io.shearling.platform=io.shearling.core,io.shearling.llama",
                "--module",
                "io.shearling.platform/" + LoadProgram.class.getName()));

        assertThat(line).contains(" io.shearling.core ").contains(folder.toString());
    }

    private static boolean isModule(Path entry) {
        return Files.exists(entry.resolve("module-info.class"));
    }

    private static Process start(Path cache, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dshearling.cache=" + cache);
        // JavaCPP creates its cache in the home folder unless it is told not to.
        command.add("-Duser.home=" + Files.createDirectories(cache.resolve("home")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String lineOf(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
