package io.shearling.runtime.diagnosis;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a Vulkan plug-in needs of the system: the Vulkan loader, and a description (ICD file) of at least one driver. Immutable.
 *
 * @param loader the loader's library
 * @param drivers the ICD files
 * @param faults a sentence for each that is missing, with the remedy
 */
public record Vulkan(Optional<Path> loader, List<Path> drivers, List<String> faults) {
    private static final String LIBRARY = "libvulkan.so.1";

    /** Copies the lists. */
    public Vulkan {
        drivers = List.copyOf(drivers);
        faults = List.copyOf(faults);
    }

    /** What a plug-in does not say itself. Where it has devices, what it needs lies in places that are not known here. */
    List<String> faultsOf(Plugin plugin) {
        return faults.stream()
                .filter(fault -> plugin.devices().isEmpty())
                .filter(fault -> !(fault.contains(LIBRARY) && plugin.fault().contains(LIBRARY)))
                .toList();
    }

    /** Looks where the system's linker and the Vulkan loader look. */
    static Vulkan look() {
        List<Path> libraries = new ArrayList<>(paths("LD_LIBRARY_PATH"));
        for (String folder :
                List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")) {
            libraries.add(Path.of(folder));
        }
        libraries.add(Path.of("/usr/local/lib"));
        List<Path> named = paths("VK_DRIVER_FILES").isEmpty() ? paths("VK_ICD_FILENAMES") : paths("VK_DRIVER_FILES");
        List<Path> usual = List.of(
                Path.of("/etc/vulkan/icd.d"),
                Path.of("/usr/share/vulkan/icd.d"),
                Path.of("/usr/local/share/vulkan/icd.d"),
                Path.of(System.getProperty("user.home", ""), ".local", "share", "vulkan", "icd.d"));
        return look(libraries, named.isEmpty() ? usual : named);
    }

    /**
     * Looks.
     *
     * @param libraries folders with shared libraries
     * @param drivers ICD files, or folders with such files
     */
    static Vulkan look(List<Path> libraries, List<Path> drivers) {
        Optional<Path> loader = libraries.stream()
                .map(folder -> folder.resolve(LIBRARY))
                .filter(Files::exists)
                .findFirst();
        List<Path> found = drivers.stream().flatMap(Vulkan::driversAt).sorted().toList();
        List<String> faults = new ArrayList<>();
        if (loader.isEmpty()) {
            faults.add(
                    "the Vulkan loader " + LIBRARY + " is not there: install it (Debian: apt-get install libvulkan1)");
        }
        if (found.isEmpty()) {
            faults.add("no driver for Vulkan is there (no *.json in " + drivers
                    + "): install that of the GPU (Debian: apt-get install mesa-vulkan-drivers, or NVIDIA's own)");
        }
        return new Vulkan(loader, found, faults);
    }

    private static Stream<Path> driversAt(Path place) {
        if (!Files.isDirectory(place)) {
            return Files.isRegularFile(place) ? Stream.of(place) : Stream.empty();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(file -> file.toString().endsWith(".json")).toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static List<Path> paths(String variable) {
        List<Path> paths = new ArrayList<>();
        for (String entry : System.getenv().getOrDefault(variable, "").split(File.pathSeparator, -1)) {
            if (!entry.isBlank()) {
                paths.add(Path.of(entry));
            }
        }
        return paths;
    }
}
