package io.shearling.hub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The access token of this user: from the environment, else from the file that the hub's own tools keep it in. */
final class AccessToken {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final int MOST_BYTES = 4096;

    private AccessToken() {}

    /** The token, or null. A file that holds none that can be used is passed over, and told. */
    static @Nullable String find(Environment environment) {
        String named = environment.variable("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
        if (!named.isEmpty()) {
            return named;
        }
        if (environment.flag("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
            return null;
        }
        Path file = file(environment);
        try {
            if (!Files.isRegularFile(file)) {
                return null;
            }
            String text =
                    Files.size(file) > MOST_BYTES ? "" : Files.readString(file).strip();
            if (!isSound(text)) {
                LOG.log(Level.WARNING, "{0} is ignored because it does not hold an access token", file);
                return null;
            }
            return text;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} is ignored because it cannot be read ({1})", file, DiskFailures.words(e));
            return null;
        }
    }

    private static Path file(Environment environment) {
        String path = environment.variable("HF_TOKEN_PATH");
        if (!path.isEmpty()) {
            return Path.of(path);
        }
        String home = environment.variable("HF_HOME");
        if (!home.isEmpty()) {
            return Path.of(home, "token");
        }
        String xdg = environment.variable("XDG_CACHE_HOME");
        Path cache = xdg.isEmpty() ? environment.home().resolve(".cache") : Path.of(xdg);
        return cache.resolve("huggingface").resolve("token");
    }

    /** Whether a text can be sent as a token: letters, digits and signs, without blanks. */
    static boolean isSound(String token) {
        return !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c <= '~');
    }
}
