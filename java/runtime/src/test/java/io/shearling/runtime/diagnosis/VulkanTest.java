package io.shearling.runtime.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VulkanTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void look_nothingThere_saysBothWithTheirRemedies() {
        Vulkan vulkan = Vulkan.look(List.of(folder, folder.resolve("none")), List.of(folder.resolve("icd.d")));

        assertThat(vulkan.loader()).isEmpty();
        assertThat(vulkan.drivers()).isEmpty();
        assertThat(vulkan.faults()).hasSize(2);
        assertThat(vulkan.faults().get(0)).contains("libvulkan.so.1", "apt-get install libvulkan1");
        assertThat(vulkan.faultsOf(plugin("it refuses", List.of()))).isEqualTo(vulkan.faults());
        assertThat(vulkan.faultsOf(plugin("libvulkan.so.1 is missing", List.of())))
                .isEqualTo(vulkan.faults().subList(1, 2));
        assertThat(vulkan.faultsOf(plugin("", List.of("Vulkan0: a card")))).isEmpty();
        assertThat(vulkan.faults().get(1)).contains(folder.resolve("icd.d").toString(), "mesa-vulkan-drivers");
    }

    @Test
    void look_loaderAndDriver_hasNoFault() throws IOException {
        Path loader = Files.writeString(folder.resolve("libvulkan.so.1"), "");
        Path drivers = Files.createDirectory(folder.resolve("icd.d"));
        Path driver = Files.writeString(drivers.resolve("lvp_icd.x86_64.json"), "{}");
        Files.writeString(drivers.resolve("README"), "");

        Vulkan vulkan = Vulkan.look(List.of(folder), List.of(drivers, driver.resolveSibling("none.json")));

        assertThat(vulkan.loader()).contains(loader);
        assertThat(vulkan.drivers()).containsExactly(driver);
        assertThat(vulkan.faults()).isEmpty();
    }

    private static Plugin plugin(String fault, List<String> devices) {
        return new Plugin(Path.of("libggml-vulkan.so"), "", devices, fault);
    }
}
