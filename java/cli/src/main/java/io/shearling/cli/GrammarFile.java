package io.shearling.cli;

import io.shearling.runtime.error.ShearlingException;
import java.nio.file.Path;

/** The GBNF file of {@code --grammar}: read whole, and refused in one sentence where it cannot be one. */
final class GrammarFile {
    private static final String REMEDY = "; write GBNF whose first rule is root";

    private final TextFile file;

    GrammarFile(Path path) {
        file = new TextFile("the grammar", path, REMEDY);
    }

    /**
     * The text of the file.
     *
     * @throws FailedException when it is no regular file, cannot be read, is too large, empty, or no UTF-8
     */
    String read() {
        return file.read();
    }

    /** The failure of a grammar that the sampler does not take. */
    FailedException refused(ShearlingException cause) {
        String message = String.valueOf(cause.getMessage());
        return file.failure("does not parse ("
                + message.substring(message.indexOf(": ") + 2).strip() + ")" + REMEDY);
    }
}
