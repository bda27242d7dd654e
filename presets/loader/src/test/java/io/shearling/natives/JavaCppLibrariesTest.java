package io.shearling.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaCppLibrariesTest {
    private static final String PREFIX = "org.bytedeco.javacpp.";
    private final String home = System.getProperty("user.home");

    @TempDir
    Path folder;

    @BeforeEach
    @AfterEach
    void clear() {
        for (String name :
                List.of("maxBytes", "maxbytes", "maxPhysicalBytes", "cachedir", "cacheDir", "loadLibraries")) {
            System.clearProperty(PREFIX + name);
        }
        System.setProperty("user.home", home);
    }

    @Test
    void configure_whatIsNotSet_switchesTheLimitsOffAndMovesTheCache() {
        System.setProperty("user.home", folder.toString());

        JavaCppLibraries.configure(folder.resolve("cache"));

        assertThat(System.getProperty(PREFIX + "maxBytes")).isEqualTo("0");
        assertThat(System.getProperty(PREFIX + "maxPhysicalBytes")).isEqualTo("0");
        assertThat(System.getProperty(PREFIX + "cachedir"))
                .isEqualTo(folder.resolve("cache").resolve("javacpp").toString());
    }

    @Test
    void configure_whatTheUserHasSet_staysInEitherSpelling() {
        System.setProperty("user.home", folder.toString());
        System.setProperty(PREFIX + "maxbytes", "1g");
        System.setProperty(PREFIX + "maxPhysicalBytes", "2g");
        System.setProperty(PREFIX + "cacheDir", "elsewhere");

        JavaCppLibraries.configure(folder);

        assertThat(System.getProperty(PREFIX + "maxBytes")).isNull();
        assertThat(System.getProperty(PREFIX + "maxPhysicalBytes")).isEqualTo("2g");
        assertThat(System.getProperty(PREFIX + "cachedir")).isNull();
    }

    @Test
    void configure_aHomeThatHasJavaCppsCache_leavesItThere() {
        System.setProperty("user.home", folder.toString());
        assertThat(folder.resolve(".javacpp/cache").toFile().mkdirs()).isTrue();

        JavaCppLibraries.configure(folder);

        assertThat(System.getProperty(PREFIX + "cachedir")).isNull();
    }

    @Test
    void isSwitchedOff_whileJavaCppsToolsRun_isTrue() {
        assertThat(JavaCppLibraries.isSwitchedOff()).isFalse();

        System.setProperty(PREFIX + "loadLibraries", "false");

        assertThat(JavaCppLibraries.isSwitchedOff()).isTrue();
    }
}
