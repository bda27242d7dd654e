package io.shearling.hub;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** What an exception of the file system means, in words: the JDK's own message is often the path alone. */
final class DiskFailures {
    /** With less than this left, a write of one block may have failed for want of space. */
    private static final long LEAST_FREE_BYTES = 1 << 20;

    private DiskFailures() {}

    /** The cause without a full stop. */
    static String words(Exception failure) {
        if (isNameTooLong(failure)) {
            return "the name " + ((FileSystemException) failure).getFile() + " is too long for the file system";
        }
        if (failure instanceof AccessDeniedException denied) {
            return "access to " + denied.getFile() + " is denied";
        }
        if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
            return ((FileSystemException) failure).getFile() + " is not a folder";
        }
        if (failure instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist";
        }
        if (failure instanceof DirectoryNotEmptyException folder) {
            return folder.getFile() + " is a folder";
        }
        if (failure instanceof FileSystemException other && other.getReason() != null) {
            return other.getFile() + ": " + other.getReason();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** What helps against it, without a full stop. */
    static String remedy(Exception failure) {
        if (failure instanceof DirectoryNotEmptyException) {
            return "remove that folder";
        }
        return isNameTooLong(failure)
                ? "download the file by other means under a shorter name and give its path, or name another folder in"
                        + " SHEARLING_CACHE"
                : "make it writable, or name another folder in SHEARLING_CACHE";
    }

    private static boolean isNameTooLong(Exception failure) {
        // The words of the C libraries in English, as below.
        return failure instanceof FileSystemException named
                && String.valueOf(named.getReason()).toLowerCase(Locale.ROOT).contains("name too long");
    }

    /**
     * Whether the disk, or this user's share of it, is used up.
     *
     * @param freeBytes what the disk has left after the failure
     */
    static boolean isFull(IOException failure, long freeBytes) {
        if (freeBytes < LEAST_FREE_BYTES) {
            return true;
        }
        // The JDK has no type for it. These are the words of the C libraries and of Windows in English; in another
        // language only a share that is used up, which no figure tells, goes unrecognised.
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left")
                || text.contains("quota exceeded")
                || text.contains("not enough space on the disk");
    }
}
