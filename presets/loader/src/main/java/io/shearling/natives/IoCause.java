package io.shearling.natives;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong with a file, in the words of people: the JDK's exceptions often have the path alone as their message. */
final class IoCause {

    private IoCause() {}

    static String of(IOException failure) {
        if (failure instanceof FileSystemException fault && fault.getReason() != null) {
            return fault.getReason();
        }
        if (failure instanceof AccessDeniedException) {
            return "access to " + failure.getMessage() + " is denied";
        }
        if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
            return failure.getMessage() + " is no folder";
        }
        if (failure instanceof NoSuchFileException) {
            return failure.getMessage() + " does not exist";
        }
        String words = failure.getMessage();
        return words == null ? failure.toString() : words;
    }
}
