package io.shearling.hub;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Where this user's cache lies, by the rules of the operating system.
 *
 * @param cache the folder, absolute; it need not exist
 */
record CacheFolders(Path cache) {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");

    static CacheFolders ofThisMachine(Map<String, String> environment) {
        return of(environment, System.getProperty("os.name", ""), Path.of(System.getProperty("user.home", ".")));
    }

    static CacheFolders of(Map<String, String> environment, String operatingSystem, Path home) {
        String own = environment.getOrDefault("SHEARLING_CACHE", "");
        if (!own.isBlank()) {
            return new CacheFolders(Path.of(own).toAbsolutePath());
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!xdg.isBlank()) {
            if (Path.of(xdg).isAbsolute()) {
                return new CacheFolders(Path.of(xdg, "shearling"));
            }
            // The XDG base directory specification tells programs to ignore a relative path.
            LOG.log(Level.WARNING, "XDG_CACHE_HOME is ignored because {0} is not an absolute path", xdg);
        }
        String system = operatingSystem.toLowerCase(Locale.ROOT);
        String local = environment.getOrDefault("LOCALAPPDATA", "");
        if (system.startsWith("windows") && !local.isBlank()) {
            return new CacheFolders(Path.of(local, "shearling"));
        }
        if (system.startsWith("mac")) {
            return new CacheFolders(home.resolve("Library").resolve("Caches").resolve("shearling"));
        }
        return new CacheFolders(home.resolve(".cache").resolve("shearling"));
    }
}
