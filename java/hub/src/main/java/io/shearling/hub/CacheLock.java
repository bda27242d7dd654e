package io.shearling.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive right to fetch one model, among the threads of this process and among processes.
 *
 * <p>A file lock belongs to the process, so threads agree on a lock in memory first. The lock file stays: deleting it
 * would let a waiting process hold a lock on a file that nobody else sees. A process that dies frees its lock.
 */
final class CacheLock implements AutoCloseable {
    private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();
    private static final long POLL_MILLIS = 100;

    private final ReentrantLock threads;
    private final FileChannel channel;

    private CacheLock(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /**
     * Waits for the lock.
     *
     * @param waiting called once if somebody else holds it
     */
    static CacheLock acquire(Path lockFile, Runnable waiting) throws IOException, InterruptedException {
        Files.createDirectories(lockFile.toAbsolutePath().getParent());
        ReentrantLock threads = THREADS.computeIfAbsent(lockFile.toAbsolutePath(), path -> new ReentrantLock());
        if (!threads.tryLock()) {
            waiting.run();
            threads.lockInterruptibly();
        }
        boolean acquired = false;
        try {
            CacheLock lock = new CacheLock(threads, locked(lockFile, waiting));
            acquired = true;
            return lock;
        } finally {
            if (!acquired) {
                threads.unlock();
            }
        }
    }

    private static FileChannel locked(Path lockFile, Runnable waiting) throws IOException, InterruptedException {
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean acquired = false;
        try {
            if (lock(channel) == null) {
                waiting.run();
                do {
                    Thread.sleep(POLL_MILLIS);
                } while (lock(channel) == null);
            }
            acquired = true;
            return channel;
        } finally {
            if (!acquired) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another class loader of this process holds it: wait like for another process.
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            threads.unlock();
        }
    }
}
