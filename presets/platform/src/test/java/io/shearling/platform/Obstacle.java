package io.shearling.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Something in the way of the natives, also for root, whom permissions do not hold up: a mount that only the child sees. Where the
 * system gives nobody a namespace, a file in the folder's place stands in, or a limit of the size of files.
 *
 * @param within the program to run the child within
 * @param cause a word of what the loader says then
 */
record Obstacle(List<String> within, String cause) {
    private static final boolean NAMESPACES = canMount();

    static Obstacle readOnly(Path folder) throws IOException {
        return mount(folder, "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\"", "Read-only file system");
    }

    static Obstacle noExecution(Path folder) throws IOException {
        return mount(folder, "mount --bind \"$0\" \"$0\" && mount -o remount,bind,noexec \"$0\"", "noexec");
    }

    /** A file system of one megabyte; what the child leaves in it is listed in the end. */
    static Obstacle full(Path folder) throws IOException {
        return mount(folder, "mount -t tmpfs -o size=1m none \"$0\"", "No space left on device");
    }

    /** No file may be larger than half a megabyte: what a quota and a full disk look like, in every folder and for everybody. */
    static Obstacle smallFiles() {
        return new Obstacle(List.of("sh", "-c", "ulimit -f 1000; exec \"$@\"", "sh"), "File too large");
    }

    private static Obstacle mount(Path folder, String command, String cause) throws IOException {
        if (NAMESPACES) {
            Files.createDirectories(folder);
            String script = command + " && \"$@\"; status=$?; find \"$0\" -name '*.part*'; exit $status";
            return new Obstacle(List.of("unshare", "-rm", "sh", "-c", script, folder.toString()), cause);
        }
        if (Files.isDirectory(folder)) {
            return smallFiles();
        }
        Files.writeString(folder, "");
        return new Obstacle(List.of(), "Not a directory");
    }

    private static boolean canMount() {
        try {
            String attempt = "mount -t tmpfs none /tmp";
            return new ProcessBuilder("unshare", "-rm", "sh", "-c", attempt)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
