package io.shearling.natives;

import java.util.Locale;

/** This machine's operating system and processor, named as JavaCPP names them. */
final class HostPlatform {

    private HostPlatform() {}

    static String name() {
        return name(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    static String name(String operatingSystem, String architecture) {
        return system(operatingSystem.toLowerCase(Locale.ROOT)) + "-"
                + processor(architecture.toLowerCase(Locale.ROOT));
    }

    private static String system(String name) {
        if (name.startsWith("mac") || name.startsWith("darwin")) {
            return "macosx";
        }
        return name.startsWith("windows") ? "windows" : name.replace(' ', '-');
    }

    private static String processor(String name) {
        return switch (name) {
            case "amd64", "x86-64", "x64" -> "x86_64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }
}
