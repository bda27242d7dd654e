package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.runtime.diagnosis.Plugin;
import io.shearling.runtime.error.ShearlingException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Back ends besides the CPU: what the user names in {@code -Dshearling.plugins} or {@code SHEARLING_PLUGINS} (files and
 * folders, separated as in a class path), then what add-on jars have put beside the natives. Each is tried in a process of its
 * own before it is loaded here. One that cannot be used is left out with a warning, and the rest works.
 */
final class Plugins {
    private static final System.Logger LOG = System.getLogger("io.shearling.backends");
    private static final String PROPERTY = "shearling.plugins";
    private static final String VARIABLE = "SHEARLING_PLUGINS";
    private static final String ADD_ON = "an add-on jar";

    /** A file, or a folder with the fault that keeps its files from us. */
    private record Candidate(Path file, String origin, String fault) {}

    private Plugins() {}

    /** The CPU's variants among what the user names. */
    static List<Path> cpuFilesOfUser() {
        return ofUser().stream().map(Candidate::file).filter(PluginFiles::isCpu).toList();
    }

    /** Tries and loads all back ends besides the CPU. */
    static List<Plugin> load(Path directory) {
        List<Candidate> candidates = new ArrayList<>(ofUser());
        for (Path file : PluginFiles.in(directory)) {
            candidates.add(new Candidate(file, ADD_ON, ""));
        }
        Map<Path, Path> taken = new HashMap<>();
        List<Plugin> plugins = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (PluginFiles.isCpu(candidate.file())) {
                continue;
            }
            Path twin = taken.putIfAbsent(candidate.file().getFileName(), candidate.file());
            Plugin plugin = twin == null
                    ? load(candidate)
                    : new Plugin(
                            candidate.file(),
                            candidate.origin(),
                            List.of(),
                            "there is " + twin + " already: remove one");
            plugins.add(plugin);
            if (!plugin.loaded()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the back end " + plugin.file() + " is left out because " + plugin.fault());
            }
        }
        return plugins;
    }

    private static Plugin load(Candidate candidate) {
        if (!candidate.fault().isEmpty()) {
            return new Plugin(candidate.file(), candidate.origin(), List.of(), candidate.fault());
        }
        PluginProbe probe = PluginProbe.of(candidate.file());
        String fault = probe.fault();
        if (fault.isEmpty()) {
            try {
                NativeLog.checked(() -> Core.shl_backend_load(candidate.file().toString()), "loading failed");
            } catch (ShearlingException e) {
                fault = PluginFault.explain(candidate.file(), String.valueOf(e.getMessage()), Backends.llamaRelease());
            }
        }
        return new Plugin(candidate.file(), candidate.origin(), probe.devices(), fault);
    }

    private static List<Candidate> ofUser() {
        String option = System.getProperty(PROPERTY, "");
        String variable = System.getenv().getOrDefault(VARIABLE, "");
        boolean byOption = !option.isBlank();
        String origin = byOption ? "-D" + PROPERTY : VARIABLE;
        List<Candidate> candidates = new ArrayList<>();
        for (String entry : (byOption ? option : variable).split(File.pathSeparator, -1)) {
            if (!entry.isBlank()) {
                Path path = Path.of(entry).toAbsolutePath();
                try {
                    List<Path> files = Files.isDirectory(path) ? PluginFiles.in(path) : List.of(path);
                    for (Path file : files) {
                        candidates.add(new Candidate(file, origin, ""));
                    }
                } catch (ShearlingException e) {
                    candidates.add(new Candidate(path, origin, "it cannot be listed: check its permissions"));
                }
            }
        }
        return candidates;
    }
}
