package io.shearling.natives;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A bundle whose files are in memory; it counts how often one is opened. */
final class MemoryBundle implements NativeBundle {
    final AtomicInteger opened = new AtomicInteger();
    private final Map<String, byte[]> contents = new HashMap<>();
    private final Map<String, NativeFile> files = new TreeMap<>();

    MemoryBundle with(String name, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String hash = Sha256.hex(Sha256.digest().digest(bytes));
        contents.put(name, bytes);
        files.put(name, new NativeFile(name, bytes.length, hash));
        return this;
    }

    /** Changes a file and leaves the index as it was. */
    MemoryBundle damage(String name, String text) {
        contents.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    @Override
    public String platform() {
        return HostPlatform.name();
    }

    @Override
    public List<NativeFile> files() {
        return List.copyOf(files.values());
    }

    @Override
    public InputStream open(String name) throws IOException {
        byte[] bytes = contents.get(name);
        if (bytes == null) {
            throw new IOException(name);
        }
        opened.incrementAndGet();
        return new ByteArrayInputStream(bytes);
    }
}
