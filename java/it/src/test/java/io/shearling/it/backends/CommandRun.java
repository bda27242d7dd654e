package io.shearling.it.backends;

import io.shearling.cli.Shearling;
import io.shearling.testkit.ChildJvm;
import java.nio.file.Path;

/** The command in a JVM of its own: what it loads is loaded for good. */
final class CommandRun {
    private CommandRun() {}

    /** A child with its natives in this cache. */
    static ChildJvm of(Path cache, String... arguments) {
        return ChildJvm.of(Shearling.class)
                .option("-XX:TieredStopAtLevel=1")
                .property("shearling.cache", cache.toString())
                .arguments(arguments);
    }
}
