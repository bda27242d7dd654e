package io.shearling.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.core.Core;
import io.shearling.llama.Llama;
import io.shearling.natives.NativeFile;
import io.shearling.natives.NativeLibraries;
import io.shearling.natives.NativePlace;
import io.shearling.natives.NativeState;
import java.io.File;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            assertThat(loaded.places()).singleElement().matches(NativePlace::taken);
            assertThat(loaded.libraries()).allSatisfy(file -> assertThat(file).hasParent(directory));
        });
    }

    @Test
    void load_onTheModulePath_findsTheBundleAsAService(@TempDir Path folder) throws Exception {
        List<String> modules = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            boolean module = entry.contains("shearling-") || entry.contains("javacpp") || isModule(Path.of(entry));
            (module ? modules : classes).add(entry);
        }

        Process process = new ChildLoad(folder)
                .start(
                        List.of(),
                        "--module-path",
                        String.join(File.pathSeparator, modules),
                        "--add-modules",
                        "io.shearling.core,io.shearling.llama",
                        "--patch-module",
                        "io.shearling.platform=target/test-classes",
                        "--add-reads",
                        "io.shearling.platform=io.shearling.core,io.shearling.llama",
                        "--module",
                        "io.shearling.platform/" + LoadProgram.class.getName());
        String line = ChildLoad.end(process).succeeded().output();

        assertThat(line).contains(" io.shearling.core ").contains(folder.toString());
    }

    private static boolean isModule(Path entry) {
        return Files.exists(entry.resolve("module-info.class"));
    }
}
