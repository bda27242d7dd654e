package io.shearling.natives;

import io.shearling.natives.NativeLoadException.Reason;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns what the system's dynamic loader says into one sentence with a remedy. */
final class LinkFailure {
    private static final Pattern MISSING =
            Pattern.compile("([\\w.+-]+\\.(?:so|dylib|dll)[\\w.]*): cannot open shared object file");
    private static final Pattern MISSING_MUSL = Pattern.compile("Error (?:loading shared library|relocating) ([^:]+):");
    private static final Pattern OLD =
            Pattern.compile("version [`'\"]?((?:GLIBC|GLIBCXX|CXXABI|GCC)_[\\d.]+)'? not found");

    private LinkFailure() {}

    static NativeLoadException explain(Path file, Throwable failure) {
        return explain(file, failure.getMessage(), failure);
    }

    static NativeLoadException explain(Path file, @Nullable String words, Throwable failure) {
        String text = words == null ? failure.toString() : words;
        String lower = text.toLowerCase(Locale.ROOT);
        Matcher old = OLD.matcher(text);
        Matcher missing = MISSING.matcher(text);
        Matcher musl = MISSING_MUSL.matcher(text);
        if (failure instanceof IllegalCallerException) {
            return refusal(
                    Reason.NATIVE_ACCESS_DENIED,
                    file,
                    "this JVM does not let it call native code",
                    "start Java with --enable-native-access=ALL-UNNAMED, or with the names of Shearling's modules and"
                            + " org.bytedeco.javacpp when they are on the module path",
                    failure);
        }
        if (lower.contains("wrong elf class")
                || lower.contains("(possible cause: can't load ")
                || lower.contains("incompatible arch")) {
            return refusal(
                    Reason.WRONG_ARCHITECTURE,
                    file,
                    "it is not made for this JVM's " + HostPlatform.name(),
                    "use a JVM for the library's processor, or the jar for this one",
                    failure);
        }
        if (old.find()) {
            return refusal(
                    Reason.OLD_SYSTEM,
                    file,
                    "this system's C or C++ library is older than " + old.group(1),
                    "use a newer release of the operating system, or build Shearling on this one",
                    failure);
        }
        if (missing.find()) {
            return refusal(
                    Reason.MISSING_LIBRARY,
                    file,
                    missing.group(1) + " is missing",
                    remedyFor(missing.group(1)),
                    failure);
        }
        if (musl.find()) {
            return refusal(
                    Reason.MISSING_LIBRARY,
                    file,
                    "this system's C library is not glibc (" + text + ")",
                    "use a Linux with glibc",
                    failure);
        }
        if (lower.contains("failed to map segment") || lower.contains("operation not permitted")) {
            return refusal(
                    Reason.NOT_EXECUTABLE,
                    file,
                    "code cannot be executed from that file system (noexec)",
                    "name a folder on another one in SHEARLING_CACHE or -Dshearling.cache",
                    failure);
        }
        if (lower.contains("already loaded in another classloader")) {
            return refusal(
                    Reason.OTHER_CLASS_LOADER,
                    file,
                    "another class loader of this JVM has loaded it",
                    "put Shearling's jars where both applications find them",
                    failure);
        }
        if (lower.contains("file too short") || lower.contains("invalid elf header")) {
            return refusal(
                    Reason.DAMAGED_FILE, file, "the file is damaged", "delete its folder and start again", failure);
        }
        return refusal(
                Reason.OTHER,
                file,
                "the system refuses it (" + text + ")",
                "look at what `ldd` says about it",
                failure);
    }

    private static String remedyFor(String library) {
        return library.startsWith("libstdc++") || library.startsWith("libgcc_s")
                ? "install the C++ run time (Debian: apt-get install libstdc++6; Alpine has none for glibc)"
                : "install the package that has it";
    }

    private static NativeLoadException refusal(
            Reason reason, Path file, String cause, String remedy, Throwable failure) {
        return new NativeLoadException(
                reason, file + " cannot be loaded because " + cause + ": " + remedy + ".", failure);
    }
}
