package io.shearling.natives;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Native files for one platform, packed into a jar. Bundles are found through {@link java.util.ServiceLoader}, on the
 * class path as well as on the module path; all bundles of this machine's platform are put into one folder. An
 * implementation needs no thread-safety: the loader reads one bundle at a time.
 */
public interface NativeBundle {

    /** The platform as JavaCPP names it, for example {@code linux-x86_64}. */
    String platform();

    /** Every file of this bundle. */
    List<NativeFile> files();

    /**
     * Opens one file.
     *
     * @param name the name of one of {@link #files()}
     * @return its bytes; the caller closes the stream
     * @throws IOException when the file is not there or cannot be read
     */
    InputStream open(String name) throws IOException;
}
