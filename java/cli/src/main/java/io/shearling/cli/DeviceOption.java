package io.shearling.cli;

import io.shearling.runtime.Device;
import io.shearling.runtime.ModelOptions;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --device NAME}. */
final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "cpu, or a name that shearling devices shows. Default: every GPU there is, else the CPU.")
    private @Nullable String name;

    /**
     * Without a name every GPU there is; with the name of a CPU the CPU alone; with another that device or a failure.
     *
     * @throws UsageException when no device has the name
     */
    ModelOptions modelOptions() {
        if (name == null) {
            return ModelOptions.DEFAULT;
        }
        if (name.equalsIgnoreCase("cpu")) {
            return ModelOptions.builder().cpuOnly().build();
        }
        List<Device> all = Device.all();
        Device device = all.stream()
                .filter(candidate -> candidate.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("--device " + name + ": there is no such device; there are: "
                        + all.stream().map(Device::name).collect(Collectors.joining(", "))));
        return device.type() == Device.Type.CPU
                ? ModelOptions.builder().cpuOnly().build()
                : ModelOptions.builder().devices(List.of(device)).requireGpu().build();
    }
}
