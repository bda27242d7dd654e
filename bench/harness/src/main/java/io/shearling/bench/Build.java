package io.shearling.bench;

import io.shearling.runtime.Device;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/**
 * The software that figures were taken with.
 *
 * @param version Shearling's
 * @param llamaCpp the tag of llama.cpp inside
 * @param cpuVariant the CPU plug-in that was chosen
 * @param referenceCommit the commit of the reference tools; empty without them
 */
public record Build(String version, String llamaCpp, String cpuVariant, String referenceCommit) {

    static Build current(String referenceCommit) {
        return new Build(shearlingVersion(), llamaCppTag(), Device.cpuVariant(), referenceCommit);
    }

    /** Shearling's version. Loads nothing native. */
    public static String shearlingVersion() {
        try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new IllegalStateException(
                        "The jar of shearling-bench-harness lacks build.properties: build it again.");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new IllegalStateException("build.properties cannot be read: " + e.getMessage(), e);
        }
    }

    /** The tag of llama.cpp inside, as "v0.5.0". Loads the native libraries. */
    public static String llamaCppTag() {
        return "v" + Device.llamaVersion();
    }
}
