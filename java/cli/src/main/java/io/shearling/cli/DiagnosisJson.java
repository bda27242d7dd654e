package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.bench.Build;
import io.shearling.runtime.Device;
import io.shearling.runtime.diagnosis.CpuVariant;
import io.shearling.runtime.diagnosis.Diagnosis;
import io.shearling.runtime.diagnosis.Machine;
import io.shearling.runtime.diagnosis.ModelDiagnosis;
import io.shearling.runtime.diagnosis.Natives;
import io.shearling.runtime.diagnosis.Plugin;
import io.shearling.runtime.diagnosis.Vulkan;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** A {@link DiagnosisPage} as JSON; what is not known or not there is left out. */
final class DiagnosisJson {
    private final JsonGenerator json;

    private DiagnosisJson(JsonGenerator json) {
        this.json = json;
    }

    static String of(DiagnosisPage page) {
        return JsonText.object(json -> {
            DiagnosisJson out = new DiagnosisJson(json);
            json.writeStringField("version", Build.shearlingVersion());
            out.machine(page.machine().machine());
            out.natives(page.machine().natives());
            out.backends(page.machine());
            out.hub(page.hub());
            if (page.model().isPresent()) {
                out.model(page.model().get());
            }
            out.strings("problems", page.problems());
        });
    }

    private void machine(Machine machine) throws IOException {
        json.writeObjectFieldStart("machine");
        json.writeStringField("system", machine.system());
        json.writeStringField("architecture", machine.architecture());
        json.writeStringField("libc", machine.libc());
        json.writeStringField("java", machine.java());
        json.writeStringField("javaHome", machine.javaHome().toString());
        json.writeNumberField("processors", machine.processors());
        if (machine.limits().isPresent()) {
            Machine.Limits limits = machine.limits().get();
            json.writeNumberField("cores", limits.cores());
            if (limits.coresLimit().isPresent()) {
                json.writeNumberField("coresLimit", limits.coresLimit().getAsInt());
            }
            json.writeNumberField("memoryTotalBytes", limits.memoryTotal());
            json.writeNumberField("memoryAvailableBytes", limits.memoryAvailable());
            if (limits.memoryLimit().isPresent()) {
                json.writeNumberField("memoryLimitBytes", limits.memoryLimit().getAsLong());
            }
        }
        json.writeEndObject();
    }

    private void natives(Natives natives) throws IOException {
        json.writeObjectFieldStart("natives");
        if (natives.directory().isPresent()) {
            json.writeStringField("directory", natives.directory().get().toString());
        }
        if (natives.llamaVersion().isPresent()) {
            json.writeStringField("llamaCpp", natives.llamaVersion().get());
        }
        json.writeBooleanField("hashesChecked", natives.checked());
        fault(natives.fault());
        json.writeArrayFieldStart("places");
        for (Natives.Place place : natives.places()) {
            json.writeStartObject();
            json.writeStringField("folder", place.folder().toString());
            json.writeStringField("origin", place.origin());
            fault(place.fault());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void backends(Diagnosis machine) throws IOException {
        if (machine.cpuVariant().isPresent()) {
            json.writeStringField("cpuVariant", machine.cpuVariant().get());
        }
        json.writeStringField("cpuFeatures", machine.cpuFeatures());
        json.writeArrayFieldStart("cpuVariants");
        for (CpuVariant variant : machine.cpuVariants()) {
            json.writeStartObject();
            json.writeStringField("name", variant.name());
            json.writeNumberField("score", variant.score());
            fault(variant.fault());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("plugins");
        for (Plugin plugin : machine.plugins()) {
            json.writeStartObject();
            json.writeStringField("file", plugin.file().toString());
            json.writeStringField("origin", plugin.origin());
            strings("devices", plugin.devices());
            fault(plugin.fault());
            json.writeEndObject();
        }
        json.writeEndArray();
        if (machine.vulkan().isPresent()) {
            vulkan(machine.vulkan().get());
        }
        devices(machine.devices());
    }

    private void vulkan(Vulkan vulkan) throws IOException {
        json.writeObjectFieldStart("vulkan");
        if (vulkan.loader().isPresent()) {
            json.writeStringField("loader", vulkan.loader().get().toString());
        }
        strings("drivers", vulkan.drivers().stream().map(Object::toString).toList());
        json.writeEndObject();
    }

    private void devices(List<Device> devices) throws IOException {
        json.writeArrayFieldStart("devices");
        for (Device device : devices) {
            json.writeStartObject();
            json.writeStringField("name", device.name());
            json.writeStringField("type", device.type().name().toLowerCase(Locale.ROOT));
            json.writeStringField("description", device.description());
            json.writeNumberField("memoryFreeBytes", device.memoryFree());
            json.writeNumberField("memoryTotalBytes", device.memoryTotal());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void hub(HubReport hub) throws IOException {
        json.writeObjectFieldStart("hub");
        json.writeStringField("endpoint", hub.endpoint());
        json.writeBooleanField("offline", hub.offline());
        if (hub.proxy().isPresent()) {
            json.writeStringField("proxy", hub.proxy().get());
        }
        json.writeBooleanField("token", hub.token());
        json.writeStringField("cache", hub.cache().toString());
        json.writeNumberField("models", hub.models());
        json.writeNumberField("modelBytes", hub.modelBytes());
        json.writeNumberField("freeBytes", hub.freeBytes());
        fault(String.join(" ", hub.faults()));
        json.writeEndObject();
    }

    private void model(ModelDiagnosis model) throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("file", model.file().toString());
        if (model.architecture().isPresent()) {
            json.writeStringField("architecture", model.architecture().get());
        }
        json.writeBooleanField("supported", model.supported());
        if (model.memory().isPresent()) {
            ModelDiagnosis.Memory memory = model.memory().get();
            json.writeNumberField("weightBytes", memory.weights());
            json.writeNumberField("contextTokens", memory.contextTokens());
            json.writeNumberField("contextBytes", memory.context());
            json.writeBooleanField("contextFits", memory.contextFits());
        }
        if (model.trial().isPresent()) {
            ModelDiagnosis.Trial trial = model.trial().get();
            json.writeObjectFieldStart("trial");
            json.writeBooleanField("kept", trial.kept());
            fault(trial.modelFault());
            if (!trial.templateFault().isEmpty()) {
                json.writeStringField("templateFault", trial.templateFault());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void fault(String fault) throws IOException {
        if (!fault.isEmpty()) {
            json.writeStringField("fault", fault);
        }
    }

    private void strings(String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
