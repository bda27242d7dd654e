package io.shearling.runtime.bridge;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what ggml and the system's dynamic loader say about a plug-in into a cause and a remedy. */
final class PluginFault {
    private static final Pattern MISSING = Pattern.compile("([\\w.+-]+\\.so[\\w.]*): cannot open shared object file");
    private static final Pattern SYMBOL = Pattern.compile("undefined symbol: (\\S+)");
    private static final Pattern SYSTEM = Pattern.compile("version [`'\"]?((?:GLIBC|GLIBCXX|CXXABI|GCC)_[\\d.]+)");
    private static final Map<String, String> DRIVERS = Map.of(
            "libvulkan", "install the Vulkan loader (Debian: apt-get install libvulkan1)",
            "libcuda.", "install NVIDIA's driver",
            "libcudart", "install CUDA's run time of that release",
            "libcublas", "install CUDA's run time of that release",
            "libamdhip", "install ROCm's run time",
            "libOpenCL", "install an OpenCL loader (Debian: apt-get install ocl-icd-libopencl1)");

    private PluginFault() {}

    /**
     * The cause, a colon, the remedy; without a full stop.
     *
     * @param words what was said
     * @param release the release of llama.cpp whose plug-ins fit, as "v0.5.0"
     */
    static String explain(Path plugin, String words, String release) {
        Matcher missing = MISSING.matcher(words);
        if (missing.find()) {
            return missing.group(1) + " is missing: " + remedyFor(missing.group(1));
        }
        Matcher symbol = SYMBOL.matcher(words);
        if (symbol.find()) {
            return "it is made for another release of llama.cpp (" + symbol.group(1)
                    + " is not here): take the one for " + release;
        }
        if (words.contains("incompatible API version")) {
            return "it is made for another release of llama.cpp (" + afterFile(plugin, words) + "): take the one for "
                    + release;
        }
        Matcher system = SYSTEM.matcher(words);
        if (system.find()) {
            return "this system's C or C++ library is older than " + system.group(1) + ": build it on this system";
        }
        if (words.contains("failed to find ggml_backend_init")) {
            return "it is no plug-in of ggml: name files like libggml-vulkan.so";
        }
        if (words.contains("invalid ELF header") || words.contains("file too short")) {
            return "it is not a shared library: fetch it again";
        }
        if (words.contains("wrong ELF class")) {
            return "it is made for another processor: take the one for this machine";
        }
        if (words.contains("failed to map segment")) {
            return "code cannot be executed from that file system (noexec): put it onto another one";
        }
        if (words.contains("not supported on this system")) {
            return "this CPU lacks the instructions that it is made of: take another variant";
        }
        if (words.contains("returned NULL")) {
            return "it finds nothing that it can use: look at the GPU and its driver";
        }
        return afterFile(plugin, words) + ": look at the driver, or take the plug-in for llama.cpp " + release;
    }

    private static String remedyFor(String library) {
        return DRIVERS.entrySet().stream()
                .filter(driver -> library.startsWith(driver.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("install the package that has it");
    }

    /** The words behind the file's name, which ggml says first and whoever reports the fault says too. */
    private static String afterFile(Path plugin, String words) {
        int end = words.lastIndexOf(plugin + ": ");
        return end < 0 ? words : words.substring(end + plugin.toString().length() + 2);
    }
}
