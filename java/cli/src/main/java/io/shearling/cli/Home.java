package io.shearling.cli;

import java.nio.file.Path;
import java.util.Map;

/** The user's home folder: {@code HOME}, as every other program takes it; Java asks the user database of the system instead. */
final class Home {
    private Home() {}

    static Path ofThisUser() {
        return of(System.getenv());
    }

    static Path of(Map<String, String> environment) {
        Path home = Path.of(environment.getOrDefault("HOME", "").strip());
        return home.isAbsolute() ? home : Path.of(System.getProperty("user.home", "."));
    }
}
