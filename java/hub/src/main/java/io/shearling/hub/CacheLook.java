package io.shearling.hub;

import java.nio.file.Path;

/** What was found at the place of a model in the cache. */
sealed interface CacheLook {
    /** The file is there and is the right one. */
    record Intact(Path file) implements CacheLook {}

    /** There is no file. */
    record Missing() implements CacheLook {}

    /** There is a file with another checksum than it should have. */
    record Changed(String cause) implements CacheLook {}
}
