package io.shearling.natives;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class IoCauseTest {

    @Test
    void of_exceptionsOfTheJdk_isWords() {
        List<IOException> failures = List.of(
                new FileSystemException("/a", null, "Read-only file system"),
                new AccessDeniedException("/a"),
                new FileAlreadyExistsException("/a"),
                new NoSuchFileException("/a"),
                new IOException("No space left on device"),
                new IOException());

        assertThat(failures)
                .extracting(IoCause::of)
                .containsExactly(
                        "Read-only file system",
                        "access to /a is denied",
                        "/a is no folder",
                        "/a does not exist",
                        "No space left on device",
                        "java.io.IOException");
    }
}
