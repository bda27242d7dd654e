package io.shearling.cli;

import io.shearling.bench.Build;
import java.util.List;

/** What {@code --version} prints. */
final class VersionText {
    private VersionText() {}

    static List<String> lines() {
        return List.of("shearling " + Build.shearlingVersion(), "llama.cpp " + Build.llamaCppTag());
    }
}
