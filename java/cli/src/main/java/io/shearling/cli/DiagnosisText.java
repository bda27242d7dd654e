package io.shearling.cli;

import io.shearling.bench.Build;
import io.shearling.runtime.Device;
import io.shearling.runtime.diagnosis.CpuVariant;
import io.shearling.runtime.diagnosis.Diagnosis;
import io.shearling.runtime.diagnosis.Machine;
import io.shearling.runtime.diagnosis.ModelDiagnosis;
import io.shearling.runtime.diagnosis.Natives;
import io.shearling.runtime.diagnosis.Plugin;
import io.shearling.runtime.diagnosis.Vulkan;
import java.util.List;
import java.util.Optional;

/** A {@link DiagnosisPage} as text for people: a word for what it is about, then what there is to say. */
final class DiagnosisText {
    private final StringBuilder text = new StringBuilder();

    private DiagnosisText() {}

    static String of(DiagnosisPage page) {
        DiagnosisText text = new DiagnosisText();
        String llama = page.machine()
                .natives()
                .llamaVersion()
                .map(", llama.cpp "::concat)
                .orElse("");
        text.line("version", "shearling " + Build.shearlingVersion() + llama);
        text.machine(page.machine().machine());
        text.natives(page.machine().natives());
        text.cpu(page.machine());
        text.plugins(page.machine());
        page.machine().devices().forEach(text::device);
        text.hub(page.hub());
        page.model().ifPresent(text::model);
        text.problems(page.problems());
        return text.text.toString();
    }

    private void line(String about, String what) {
        text.append(about)
                .append(" ".repeat(Math.max(1, 15 - about.length())))
                .append(Pieces.harmless(what))
                .append('\n');
    }

    private void machine(Machine machine) {
        line("system", machine.system() + ", " + machine.architecture() + ", " + machine.libc());
        line("java", machine.java() + ", " + machine.javaHome());
        Optional<Machine.Limits> limits = machine.limits();
        line("processors", machine.processors() + " for the JVM");
        if (limits.isPresent()) {
            limits(limits.get());
        }
    }

    private void limits(Machine.Limits limits) {
        String cores = limits.coresLimit().isPresent()
                ? "a container or service allows " + limits.coresLimit().getAsInt()
                : "no container limits them";
        line("cores", limits.cores() + " compute; " + cores);
        String memory = limits.memoryLimit().isPresent()
                ? "a container or service allows "
                        + Sizes.bytes(limits.memoryLimit().getAsLong())
                : "no container limits it";
        line(
                "memory",
                bytes(limits.memoryAvailable()) + " can be had of " + bytes(limits.memoryTotal()) + "; " + memory);
    }

    private void natives(Natives natives) {
        text.append('\n');
        line(
                "natives",
                natives.directory().isPresent() ? natives.directory().get().toString() : "not loaded");
        for (Natives.Place place : natives.places()) {
            String what = place.fault().isEmpty() ? "taken" : "passed over: " + place.fault();
            line("  place", place.folder() + " (" + place.origin() + "): " + what);
        }
        if (natives.directory().isPresent()) {
            String checked = natives.checked()
                    ? "every file has the hash it was built with"
                    : "not known: the user named the folder";
            line("  hashes", natives.fault().isEmpty() ? checked : "see the problems");
        }
    }

    private void cpu(Diagnosis machine) {
        line("CPU variant", machine.cpuVariant().orElse("none"));
        for (CpuVariant variant : machine.cpuVariants()) {
            boolean chosen = machine.cpuVariant().filter(variant.name()::equals).isPresent();
            String usable = variant.usable() ? "score " + variant.score() : "not for this CPU";
            line(
                    "  " + variant.name(),
                    variant.fault().isEmpty() ? usable + (chosen ? ", chosen" : "") : variant.fault());
        }
        if (!machine.cpuFeatures().isEmpty()) {
            line("  features", machine.cpuFeatures().replace(" = 1", ""));
        }
    }

    private void plugins(Diagnosis machine) {
        if (machine.plugins().isEmpty()) {
            line("plug-ins", "none besides the CPU's");
        }
        for (Plugin plugin : machine.plugins()) {
            String devices = plugin.devices().isEmpty() ? "no device" : String.join(", ", plugin.devices());
            line("plug-in", plugin.file() + " (" + plugin.origin() + ")");
            line("", plugin.loaded() ? "loaded: " + devices : "left out: " + plugin.fault());
        }
        machine.vulkan().ifPresent(this::vulkan);
    }

    private void vulkan(Vulkan vulkan) {
        line("  Vulkan", vulkan.loader().map(Object::toString).orElse("no loader"));
        line("", vulkan.drivers().isEmpty() ? "no driver" : vulkan.drivers().toString());
    }

    private void device(Device device) {
        line(
                "device",
                device.name() + ", " + device.description() + ", " + Sizes.bytes(device.memoryFree()) + " free of "
                        + Sizes.bytes(device.memoryTotal()));
    }

    private void hub(HubReport hub) {
        text.append('\n');
        line("hub", hub.endpoint() + (hub.offline() ? ", not asked: offline" : ""));
        line("  proxy", hub.proxy().orElse("none"));
        line("  token", hub.token() ? "yes" : "no");
        line(
                "  models",
                hub.models() + " in " + hub.cache() + ", " + Sizes.bytes(hub.modelBytes()) + "; "
                        + bytes(hub.freeBytes()) + " free");
    }

    private void model(ModelDiagnosis model) {
        text.append('\n');
        line("model", model.file().toString());
        line(
                "  kind",
                model.architecture().map(Pieces::visible).orElse("unknown")
                        + (model.supported() ? ", supported" : ", not supported"));
        model.memory().ifPresent(this::memory);
        line("  trial", model.trial().map(DiagnosisText::trial).orElse("none"));
    }

    private void memory(ModelDiagnosis.Memory memory) {
        line(
                "  weights",
                Sizes.bytes(memory.weights())
                        + (memory.weightsFit()
                                ? ""
                                : ", more than can be had: they are read from the disk again and again"));
        line(
                "  context",
                Sizes.bytes(memory.context()) + " for " + Sizes.count(memory.contextTokens()) + " tokens, "
                        + (memory.contextFits() ? "fits" : "does not fit"));
    }

    private static String trial(ModelDiagnosis.Trial trial) {
        String model = trial.modelFault().isEmpty() ? "it loads and computes" : trial.modelFault();
        String template = trial.templateFault().isEmpty() ? "" : ", but its chat template: " + trial.templateFault();
        return model + template + (trial.kept() ? " (tried earlier)" : " (tried now)");
    }

    private void problems(List<String> problems) {
        text.append('\n');
        if (problems.isEmpty()) {
            line("problems", "none");
        }
        for (String problem : problems) {
            line("problem", problem);
        }
    }

    private static String bytes(long bytes) {
        return bytes < 0 ? "unknown" : Sizes.bytes(bytes);
    }
}
