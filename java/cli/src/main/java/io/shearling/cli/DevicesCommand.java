package io.shearling.cli;

import io.shearling.runtime.Device;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shearling devices}: what computes here. */
@Command(
        name = "devices",
        description = "Shows the devices of this machine and the CPU variant that was chosen for it.",
        footerHeading = "%nExample:%n",
        footer = "  shearling devices")
final class DevicesCommand implements Callable<Integer> {
    private final Streams streams;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    DevicesCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        List<Device> devices = Device.all();
        if (json) {
            streams.results().println(json(devices));
            return ExitCode.DONE;
        }
        streams.results().println(String.format("%-8s  %-14s  %-24s  %s", "name", "type", "memory", "description"));
        for (Device device : devices) {
            streams.results()
                    .println(String.format(
                            Locale.ROOT,
                            "%-8s  %-14s  %-24s  %s",
                            device.name(),
                            words(device.type()),
                            Sizes.bytes(device.memoryFree()) + " free of " + Sizes.bytes(device.memoryTotal()),
                            device.description()));
        }
        streams.results().println("\nCPU variant: " + Device.cpuVariant());
        streams.results().println("CPU features: " + Device.cpuFeatures().replace(" = 1", ""));
        return ExitCode.DONE;
    }

    private static String json(List<Device> devices) {
        return JsonText.object(out -> {
            out.writeArrayFieldStart("devices");
            for (Device device : devices) {
                out.writeStartObject();
                out.writeStringField("name", device.name());
                out.writeStringField("type", device.type().name().toLowerCase(Locale.ROOT));
                out.writeStringField("description", device.description());
                out.writeStringField("backend", device.backend());
                out.writeNumberField("memoryFreeBytes", device.memoryFree());
                out.writeNumberField("memoryTotalBytes", device.memoryTotal());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeStringField("cpuVariant", Device.cpuVariant());
            out.writeStringField("cpuFeatures", Device.cpuFeatures());
        });
    }

    private static String words(Device.Type type) {
        return switch (type) {
            case CPU -> "CPU";
            case GPU -> "GPU";
            case INTEGRATED_GPU -> "integrated GPU";
            case ACCELERATOR -> "accelerator";
        };
    }
}
