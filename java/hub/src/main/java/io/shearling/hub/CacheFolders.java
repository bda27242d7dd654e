package io.shearling.hub;

import java.lang.System.Logger.Level;
import java.nio.file.Path;

/** Where this user's cache lies: named by the user, else by the rules of the operating system. */
final class CacheFolders {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final String NAME = "shearling";

    private CacheFolders() {}

    /** The folder, absolute; it need not exist. The loader of the natives and the launcher find the same. */
    static Path cache(Environment environment) {
        String own = environment.property("shearling.cache");
        own = own.isEmpty() ? environment.variable("SHEARLING_CACHE") : own;
        if (!own.isEmpty()) {
            return Path.of(own).toAbsolutePath();
        }
        String xdg = environment.variable("XDG_CACHE_HOME");
        if (!xdg.isEmpty()) {
            if (Path.of(xdg).isAbsolute()) {
                return Path.of(xdg, NAME);
            }
            // The XDG base directory specification tells programs to ignore a relative path.
            LOG.log(Level.WARNING, "XDG_CACHE_HOME is ignored because {0} is not an absolute path", xdg);
        }
        Path home = environment.home();
        String local = environment.variable("LOCALAPPDATA");
        if (environment.isWindows() && !local.isEmpty()) {
            return Path.of(local, NAME);
        }
        if (environment.isMac()) {
            return home.resolve("Library").resolve("Caches").resolve(NAME);
        }
        return home.resolve(".cache").resolve(NAME).toAbsolutePath();
    }
}
