package io.shearling.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * llama.cpp's own load: what {@code llama_model_load_from_file} takes in a C++ program over the unpatched build.
 *
 * <p>The "load time" that llama.cpp's tools print would flatter them: their clock starts when the file's header has been read.
 */
final class LlamaLoad {
    private LlamaLoad() {}

    /** The program; nothing among tools that were not built by this project. */
    static Optional<Path> tool(ReferenceTools tools) {
        return Optional.of(tools.tool("llama-load")).filter(Files::isExecutable);
    }

    /** How long the model takes to load. */
    static long nanos(Path tool, Path model) {
        return parse(ToolRun.of(List.of(tool.toString(), model.toString()), ToolRun.Watch.NO)
                .output());
    }

    static long parse(String output) {
        try {
            return Long.parseLong(output.strip());
        } catch (NumberFormatException e) {
            throw new BenchException("llama-load printed \"" + output.strip() + "\" where a time should be", e);
        }
    }
}
