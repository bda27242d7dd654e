package io.shearling.runtime.diagnosis;

import io.shearling.runtime.Device;
import io.shearling.runtime.bridge.Backends;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was chosen on this machine, and why something was not. Immutable.
 *
 * @param machine the machine and the JVM
 * @param natives the native libraries
 * @param cpuVariants the CPU's plug-ins that the natives have
 * @param cpuVariant the name of the one that computes; empty when none does
 * @param cpuFeatures its instruction sets, as "AVX2 = 1, ..."
 * @param plugins other back ends, loaded or left out
 * @param vulkan what Vulkan needs of the system, when a plug-in for it is there
 * @param devices what computes
 * @param problems a sentence for each thing that does not work: what, why, and the remedy
 */
public record Diagnosis(
        Machine machine,
        Natives natives,
        List<CpuVariant> cpuVariants,
        Optional<String> cpuVariant,
        String cpuFeatures,
        List<Plugin> plugins,
        Optional<Vulkan> vulkan,
        List<Device> devices,
        List<String> problems) {

    /** Copies the lists. */
    public Diagnosis {
        cpuVariants = List.copyOf(cpuVariants);
        plugins = List.copyOf(plugins);
        devices = List.copyOf(devices);
        problems = List.copyOf(problems);
    }

    /** Looks at this machine: loads the natives and all back ends, tries plug-ins that nobody has tried. Does not throw. */
    public static Diagnosis ofThisMachine() {
        Natives natives = Natives.look();
        List<String> problems = new ArrayList<>();
        if (!natives.fault().isEmpty()) {
            problems.add(natives.fault());
        }
        boolean load = natives.directory().isPresent();
        try {
            Machine machine = Machine.here(load);
            List<CpuVariant> variants = load ? Backends.cpuVariants() : List.of();
            return withBackends(machine, natives, variants, problems);
        } catch (ShearlingException e) {
            // The libraries load, the binding over them does not: then the fault above is that one.
            return without(Machine.here(false), natives, List.of(), problems);
        }
    }

    private static Diagnosis withBackends(
            Machine machine, Natives natives, List<CpuVariant> variants, List<String> problems) {
        if (natives.directory().isEmpty()) {
            return without(machine, natives, variants, problems);
        }
        for (CpuVariant variant : variants) {
            if (!variant.fault().isEmpty()) {
                problems.add("the CPU variant " + variant.file() + " is passed over because " + variant.fault());
            }
        }
        try {
            Backends.ready();
        } catch (ShearlingException e) {
            problems.add(String.valueOf(e.getMessage()));
            return without(machine, natives, variants, problems);
        }
        List<Plugin> plugins = Backends.plugins();
        Optional<Vulkan> vulkan = Optional.empty();
        for (Plugin plugin : plugins) {
            if (!plugin.loaded()) {
                problems.add("the back end " + plugin.file() + " is left out because " + plugin.fault());
            }
            if (String.valueOf(plugin.file().getFileName()).contains("vulkan")) {
                Vulkan needs = Vulkan.look();
                vulkan = Optional.of(needs);
                problems.addAll(needs.faultsOf(plugin));
            }
        }
        return new Diagnosis(
                machine,
                natives,
                variants,
                Optional.of(Backends.cpuVariant()),
                Backends.cpuFeatures(),
                plugins,
                vulkan,
                Backends.devices(),
                problems);
    }

    private static Diagnosis without(
            Machine machine, Natives natives, List<CpuVariant> variants, List<String> problems) {
        return new Diagnosis(
                machine, natives, variants, Optional.empty(), "", List.of(), Optional.empty(), List.of(), problems);
    }
}
