package io.shearling.hub;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Seeded bytes that stand for a model, and a catalogue that knows them as {@code tiny}. */
final class TestModel {
    static final String NAME = "tiny";
    static final String FILE = "tiny.gguf";
    static final String PATH = "/owner/repo/resolve/main/tiny.gguf";
    static final ModelLocation.HubFile ON_HUB = new ModelLocation.HubFile("owner", "repo", FILE, "main");

    private TestModel() {}

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(20_260_101).nextBytes(bytes);
        return bytes;
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Catalogue catalogue(byte[] content, ModelLocation... sources) {
        return Catalogue.of(List.of(new CatalogueEntry(
                NAME, "bytes for a test", FILE, content.length, sha256(content), "CC0-1.0", List.of(sources))));
    }
}
