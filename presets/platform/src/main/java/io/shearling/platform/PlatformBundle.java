package io.shearling.platform;

import io.shearling.natives.NativeBundle;
import io.shearling.natives.NativeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The files that the build has packed into this jar. Immutable. */
public final class PlatformBundle implements NativeBundle {
    /** Also a folder of resources. No package can have a hyphen in its name, so modules do not hide what is in it. */
    private static final String PLATFORM = "linux-x86_64";

    /** For {@link java.util.ServiceLoader}. */
    public PlatformBundle() {}

    @Override
    public String platform() {
        return PLATFORM;
    }

    @Override
    public List<NativeFile> files() {
        try (InputStream index = open("index.txt")) {
            return NativeFile.parseIndex(new String(index.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("The jar with Shearling's natives is damaged: fetch it again.", e);
        }
    }

    @Override
    public InputStream open(String name) throws IOException {
        InputStream resource = PlatformBundle.class.getResourceAsStream(PLATFORM + "/" + name);
        if (resource == null) {
            throw new IOException(PLATFORM + "/" + name + " is not in the jar with Shearling's natives");
        }
        return resource;
    }
}
