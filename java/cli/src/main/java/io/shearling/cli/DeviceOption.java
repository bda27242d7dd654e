package io.shearling.cli;

import io.shearling.runtime.Device;
import io.shearling.runtime.ModelOptions;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code --device} means. */
final class DeviceChoice {
    private DeviceChoice() {}

    /**
     * Without a name every GPU there is; with the name of a CPU the CPU alone; with another that device or a failure.
     *
     * @throws UsageException when no device has the name
     */
    static ModelOptions options(@Nullable String name) {
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
                .orElseThrow(() -> new UsageException("there is no device " + name + "; there are: "
                        + all.stream().map(Device::name).collect(Collectors.joining(", "))));
        return device.type() == Device.Type.CPU
                ? ModelOptions.builder().cpuOnly().build()
                : ModelOptions.builder().devices(List.of(device)).requireGpu().build();
    }
}
