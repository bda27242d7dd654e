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

    private final String home = System.getProperty("user.home");

    @AfterEach
    void clear() {
        System.clearProperty("shearling.cache");
        System.setProperty("user.home", home);
    }

    @Test
    void cache_namedByTheProperty_isThatFolder(@TempDir Path folder) {
        System.setProperty("shearling.cache", folder.toString());

        assertThat(CachePlaces.inCache())
                .isEqualTo(new NativePlace(folder.resolve("natives"), "-Dshearling.cache", ""));
    }

    @Test
    void cache_ofAUserWhoseHomeIsUnknown_isNotInTheWorkingFolder() {
        System.setProperty("user.home", "?");

        NativePlace place = CachePlaces.cache();

        assertThat(place.folder().isAbsolute() || !place.taken())
                .as("%s", place)
                .isTrue();
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
