package io.shearling.runtime.bridge;

import io.shearling.runtime.bridge.ProbeProgram.Ending;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a process of its own found out about a plug-in of ggml: whether it loads and each of its devices multiplies. A plug-in
 * brings a driver along, and either may end the process, hang, or be made for another release.
 *
 * <p>An answer depends on more than the file. A good one, and one that cost the process its life, hold until the file, the
 * variables that drivers read or the start of the system change. A plug-in that says itself what it lacks, such as its driver, is asked
 * again every time: that costs little, and the user is about to install it.
 *
 * @param fault why the plug-in cannot be used, and the remedy; empty when it can
 * @param devices names and products of its devices
 */
record PluginProbe(String fault, List<String> devices) {
    private static final List<String> DRIVERS =
            List.of("GGML_", "VK_", "CUDA_", "NVIDIA_", "HIP_", "HSA_", "ROCR_", "LD_");
    private static final String SECONDS = "shearling.probe.seconds";
    private static final String USUAL_SECONDS = "30";

    /** Copies the list. */
    PluginProbe {
        devices = List.copyOf(devices);
    }

    /** The answer for a file, kept or found out now. An interrupt ends the process and cancels. */
    static PluginProbe of(Path plugin) {
        if (Probe.isOff()) {
            return new PluginProbe("", List.of());
        }
        if (!Files.isRegularFile(plugin) || !Files.isReadable(plugin)) {
            return refused("there is no file that can be read: check the path");
        }
        ProbeMemory memory = new ProbeMemory(plugin.toAbsolutePath().toString(), identity(plugin));
        Optional<PluginProbe> known = memory.recall()
                .filter(lines -> !lines.isEmpty())
                .map(lines -> new PluginProbe(lines.get(0), lines.subList(1, lines.size())));
        return known.orElseGet(() -> tryNow(plugin, memory));
    }

    private static PluginProbe tryNow(Path plugin, ProbeMemory memory) {
        int seconds = seconds();
        Ending ending;
        try {
            ending = ProbeProgram.run(plugin, seconds, plugin);
        } catch (IOException e) {
            return untried(String.valueOf(e.getMessage()));
        }
        PluginProbe found = judge(ending, plugin, seconds, Backends.llamaRelease());
        boolean asksAgain = ending.after("plugin bad ").isPresent()
                || ending.cannotTell().isPresent()
                || ending.exitCode() == Ending.KILLED;
        if (!asksAgain) {
            List<String> lines = new ArrayList<>(List.of(found.fault));
            lines.addAll(found.devices);
            memory.keep(lines);
        }
        return found;
    }

    /** What is made of an end of the program. */
    static PluginProbe judge(Ending ending, Path plugin, int seconds, String release) {
        if (ending.says("plugin ok")) {
            return new PluginProbe("", ending.allAfter("device "));
        }
        Optional<String> reason = ending.after("plugin bad ");
        if (reason.isPresent()) {
            return refused(PluginFault.explain(plugin, reason.get(), release));
        }
        Optional<String> why = ending.cannotTell();
        if (why.isPresent()) {
            return untried(why.get());
        }
        if (ending.exitCode() == Ending.NOT_ENDED) {
            return refused("it was not ready after " + seconds + " s: give it more with -D" + SECONDS + "=N");
        }
        return refused("it ends the process (" + ending.death()
                + "): look at the GPU's driver, or take a plug-in for llama.cpp " + release
                + "; `touch` the file to have it tried again");
    }

    private static PluginProbe untried(String why) {
        return refused("it could not be tried in a process of its own first (" + why
                + "): -Dshearling.probe=off loads it all the same");
    }

    private static PluginProbe refused(String fault) {
        return new PluginProbe(fault.replaceAll("\\s*\\R\\s*", " "), List.of());
    }

    private static String identity(Path plugin) {
        Map<String, String> variables = new TreeMap<>(System.getenv());
        variables.keySet().removeIf(name -> DRIVERS.stream().noneMatch(name::startsWith));
        return ProbeMemory.line(plugin) + boot() + "\n" + variables.toString().replace('\n', ' ');
    }

    /** Another text after every start of the system, where it tells: a new driver mostly comes with one. */
    private static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static int seconds() {
        String text = System.getProperty(SECONDS, USUAL_SECONDS).strip();
        // Nine digits are an int.
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new ShearlingException(
                    ErrorCode.INVALID_ARGUMENT, "-D" + SECONDS + " is \"" + text + "\"; give it a number from 1 on");
        }
        return Integer.parseInt(text);
    }
}
