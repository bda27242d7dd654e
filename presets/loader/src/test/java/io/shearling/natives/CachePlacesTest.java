package io.shearling.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachePlacesTest {

    @AfterEach
    void clear() {
        System.clearProperty("shearling.cache");
    }

    @Test
    void cache_namedByTheProperty_isThatFolder(@TempDir Path folder) {
        System.setProperty("shearling.cache", folder.toString());

        assertThat(CachePlaces.cache()).isEqualTo(folder);
        assertThat(CachePlaces.inCache()).isEqualTo(folder.resolve("natives"));
    }

    @Test
    void fallback_inAFolderForAll_isForThisUserAlone(@TempDir Path temporary) throws IOException {
        Path folder = CachePlaces.fallback(temporary);

        assertThat(folder).hasParent(temporary);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(CachePlaces.fallback(temporary)).isEqualTo(folder);
    }

    @Test
    void fallback_whenOthersCanWriteToTheUsualFolder_isAnother(@TempDir Path temporary) throws IOException {
        Path open = CachePlaces.fallback(temporary);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(CachePlaces.fallback(temporary)).hasParent(temporary).isNotEqualTo(open);
    }
}
