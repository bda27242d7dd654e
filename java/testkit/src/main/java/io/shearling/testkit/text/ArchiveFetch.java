package io.shearling.testkit.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Brings an archive into the cache and unpacks it. Whatever the way it came, the checksum decides. */
final class ArchiveFetch {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private ArchiveFetch() {}

    /**
     * The archive in a folder, fetched when it is not there.
     *
     * @param work an empty folder for what is under way
     */
    static Path archive(Archive archive, Path folder, Path work) throws IOException, InterruptedException {
        Path kept = folder.resolve(archive.file());
        if (Files.exists(kept) && Sha256.of(kept).equals(archive.sha256())) {
            return kept;
        }
        List<String> attempts = new ArrayList<>();
        if (byClient(archive, work, attempts) || byAddress(archive, work, attempts)) {
            return Files.move(work.resolve(archive.file()), kept, StandardCopyOption.REPLACE_EXISTING);
        }
        throw new IllegalStateException(
                "cannot fetch " + archive.file() + ": " + String.join("; ", new LinkedHashSet<>(attempts))
                        + "; put the file at " + kept + " (sha256 " + archive.sha256() + ")");
    }

    private static boolean byClient(Archive archive, Path work, List<String> attempts)
            throws IOException, InterruptedException {
        Files.createDirectories(work.resolve("lists").resolve("partial"));
        Files.createDirectories(work.resolve("apt"));
        for (List<String> command : archive.commands()) {
            try {
                run(
                        command.stream()
                                .map(word -> word.replace(Archive.WORK, work.toString()))
                                .toList(),
                        work);
            } catch (IllegalStateException e) {
                attempts.add(String.valueOf(e.getMessage()));
            }
            if (Files.exists(work.resolve(archive.file()))) {
                return right(archive, work, command.get(0), attempts);
            }
        }
        return false;
    }

    private static boolean byAddress(Archive archive, Path work, List<String> attempts)
            throws IOException, InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        for (URI address : archive.addresses()) {
            try {
                HttpRequest request =
                        HttpRequest.newBuilder(address).timeout(PATIENCE).build();
                int status = http.send(request, BodyHandlers.ofFile(work.resolve(archive.file())))
                        .statusCode();
                if (status == 200 && right(archive, work, address.toString(), attempts)) {
                    return true;
                }
                attempts.add(address + " answers " + status);
            } catch (IOException e) {
                attempts.add(address + " cannot be read (" + e + ")");
            }
        }
        return false;
    }

    private static boolean right(Archive archive, Path work, String from, List<String> attempts) throws IOException {
        Path file = work.resolve(archive.file());
        String sha256 = Files.exists(file) ? Sha256.of(file) : "missing";
        if (sha256.equals(archive.sha256())) {
            return true;
        }
        attempts.add("what " + from + " gave has the sha256 " + sha256);
        return false;
    }

    /** Unpacks the members of an archive below a folder. */
    static void unpack(Path archive, List<String> members, Path folder) throws IOException, InterruptedException {
        Path tarball = archive;
        if (archive.toString().endsWith(".deb")) {
            tarball = folder.resolve("data.tar.xz");
            ArMember.extract(archive, "data.tar.xz", tarball);
        }
        List<String> command = new ArrayList<>(List.of("tar", "-xf", tarball.toString(), "--wildcards"));
        command.addAll(members);
        run(command, folder);
    }

    /** Runs a program to its end. */
    private static void run(List<String> command, Path folder) throws IOException, InterruptedException {
        Path log = Files.createTempFile("shearling-fetch", ".log");
        try {
            Process process;
            try {
                process = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
            } catch (IOException e) {
                throw new IllegalStateException("there is no " + command.get(0), e);
            }
            process.getOutputStream().close();
            try {
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                    throw new IllegalStateException(String.join(" ", command) + " did not succeed ("
                            + Files.readString(log).strip() + ")");
                }
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.deleteIfExists(log);
        }
    }

    static UncheckedIOException failed(String what, IOException e) {
        return new UncheckedIOException(what + " failed", e);
    }
}
