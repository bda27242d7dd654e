package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_device_info;
import io.shearling.natives.NativeLibraries;
import io.shearling.natives.NativeLoadException;
import io.shearling.runtime.Device;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * The back ends of this process: native libraries loaded once, and the CPU plug-in that suits this machine best, or the one that
 * {@code -Dshearling.cpu=NAME} names. Thread-safe.
 */
public final class Backends {
    private static final System.Logger LOG = System.getLogger("io.shearling.backends");
    private static final String PREFIX = "libggml-cpu-";
    private static final String SUFFIX = ".so";

    private static final Object LOCK = new Object();
    private static @Nullable String cpuVariant;

    private Backends() {}

    /** Loads what is needed before any other native call. Cheap once done. */
    public static void ready() {
        synchronized (LOCK) {
            if (cpuVariant == null) {
                try {
                    NativeLibraries.load();
                } catch (NativeLoadException e) {
                    throw new ShearlingException(ErrorCode.NATIVE, String.valueOf(e.getMessage()), e);
                }
                NativeLog.configure();
                cpuVariant = loadCpu(NativeLibraries.directory());
                NativeLog.drain();
            }
        }
    }

    /** The CPU plug-in in use, as "zen4". */
    public static String cpuVariant() {
        ready();
        synchronized (LOCK) {
            return String.valueOf(cpuVariant);
        }
    }

    /** The file of the CPU plug-in in use. */
    static Path cpuPlugin() {
        return NativeLibraries.directory().resolve(PREFIX + cpuVariant() + SUFFIX);
    }

    /** The version of the llama.cpp inside, as "0.5.0". */
    public static String llamaVersion() {
        ready();
        return Core.shl_llama_version();
    }

    /** Names of the architectures that llama.cpp computes, sorted. */
    public static SortedSet<String> architectures() {
        ready();
        String names = NativeText.of("cannot read the architectures", Core::shl_architectures);
        return new TreeSet<>(List.of(names.split(" ")));
    }

    public static String cpuFeatures() {
        ready();
        return NativeText.of("cannot read the CPU's features", Core::shl_cpu_features);
    }

    public static List<Device> devices() {
        ready();
        List<Device> devices = new ArrayList<>();
        try (shl_device_info info = new shl_device_info()) {
            for (int i = 0; i < Core.shl_device_count(); i++) {
                Status.check(Core.shl_device_read(i, info), "cannot read device " + i);
                devices.add(new Device(
                        i,
                        Codes.deviceType(info.type()),
                        text(info.name()),
                        text(info.description()),
                        text(info.backend()),
                        info.memory_free(),
                        info.memory_total()));
            }
        }
        return List.copyOf(devices);
    }

    private static String text(BytePointer zeroTerminated) {
        return zeroTerminated.getString(StandardCharsets.UTF_8);
    }

    private static String loadCpu(Path directory) {
        String wanted = System.getProperty("shearling.cpu", "");
        Path best = null;
        int bestScore = 0;
        List<String> names = new ArrayList<>();
        for (Path plugin : plugins(directory)) {
            String name = name(plugin);
            int[] score = new int[1];
            Status.check(Core.shl_backend_score(plugin.toString(), score), "cannot open " + plugin);
            LOG.log(System.Logger.Level.DEBUG, "CPU variant " + name + ": score " + score[0]);
            names.add(name);
            if (wanted.isEmpty() ? score[0] > bestScore : wanted.equals(name)) {
                best = plugin;
                bestScore = score[0];
            }
        }
        if (best == null) {
            throw new ShearlingException(
                    ErrorCode.NATIVE,
                    wanted.isEmpty()
                            ? "no CPU variant in " + directory + " runs on this machine; there are " + names
                            : "there is no CPU variant " + wanted + " in " + directory + "; there are " + names);
        }
        if (bestScore == 0) {
            throw new ShearlingException(
                    ErrorCode.NATIVE, "this CPU cannot run the variant " + wanted + "; leave -Dshearling.cpu out");
        }
        Status.check(Core.shl_backend_load(best.toString()), "cannot load " + best);
        return name(best);
    }

    private static List<Path> plugins(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !name(file).isEmpty()).sorted().toList();
        } catch (IOException e) {
            throw new ShearlingException(ErrorCode.NATIVE, "cannot list " + directory + ": " + e.getMessage(), e);
        }
    }

    /** "zen4" of libggml-cpu-zen4.so; empty for another file. */
    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX)
                ? name.substring(PREFIX.length(), name.length() - SUFFIX.length())
                : "";
    }
}
