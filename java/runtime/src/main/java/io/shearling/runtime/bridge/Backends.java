package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_device_info;
import io.shearling.natives.NativeLibraries;
import io.shearling.natives.NativeLoadException;
import io.shearling.runtime.Device;
import io.shearling.runtime.diagnosis.CpuVariant;
import io.shearling.runtime.diagnosis.Plugin;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * The back ends of this process: native libraries loaded once, one plug-in for the CPU ({@link CpuVariants}), and what else
 * there is to compute with ({@link Plugins}). Thread-safe.
 */
public final class Backends {
    private static final Object LOCK = new Object();
    private static @Nullable Loaded loaded;
    private static List<CpuVariant> variants = List.of();
    private static String bindingFault = "";

    /**
     * What was loaded.
     *
     * @param cpu the CPU's plug-in in use
     * @param plugins other back ends, those that were left out too
     */
    private record Loaded(CpuVariant cpu, List<Plugin> plugins) {}

    private Backends() {}

    /** Loads what is needed before any other native call. Cheap once done. */
    public static void ready() {
        loaded();
    }

    private static Loaded loaded() {
        synchronized (LOCK) {
            if (loaded == null) {
                Path directory = natives();
                CpuVariant cpu = CpuVariants.choose(directory, cpuVariants(), Plugins.cpuFilesOfUser());
                NativeLog.checked(() -> Core.shl_backend_load(cpu.file().toString()), "cannot load " + cpu.file());
                loaded = new Loaded(cpu, Plugins.load(directory));
                NativeLog.drain();
            }
            return loaded;
        }
    }

    /** Loads the libraries and the binding, and no back end; the folder of the plug-ins. */
    public static Path natives() {
        synchronized (LOCK) {
            try {
                Path directory = NativeLibraries.directory();
                NativeLog.configure();
                return directory;
            } catch (NativeLoadException e) {
                throw new ShearlingException(ErrorCode.NATIVE, String.valueOf(e.getMessage()), e);
            } catch (NoClassDefFoundError | UnsatisfiedLinkError e) {
                // The class of the binding that could not be initialised tells why only the first time.
                bindingFault = bindingFault.isEmpty() ? String.valueOf(e.getMessage()) : bindingFault;
                throw new ShearlingException(ErrorCode.NATIVE, bindingFault, e);
            }
        }
    }

    /** The CPU plug-in in use, as "zen4". */
    public static String cpuVariant() {
        return loaded().cpu().name();
    }

    /** The variants that the natives have; none is loaded for this. */
    public static List<CpuVariant> cpuVariants() {
        synchronized (LOCK) {
            if (variants.isEmpty()) {
                variants = CpuVariants.in(natives());
            }
            return variants;
        }
    }

    /** The back ends besides the CPU, those that were left out too. */
    public static List<Plugin> plugins() {
        return loaded().plugins();
    }

    /** The file of the CPU plug-in in use. */
    static Path cpuPlugin() {
        return loaded().cpu().file();
    }

    /** The release of llama.cpp, as "v0.5.0", whose plug-ins fit. */
    static String llamaRelease() {
        return "v" + llamaVersion();
    }

    /** The version of the llama.cpp inside, as "0.5.0". Needs the libraries, and no back end. */
    public static String llamaVersion() {
        natives();
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
}
