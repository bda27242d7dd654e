package io.shearling.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * llama.cpp's {@code llama-bench}, one test and one repetition at a time, with the settings of our engine: batches of 2,048
 * and 512 tokens, flash attention where it helps, weights mapped, memory in F16.
 *
 * <p>Its clock: a prompt test runs one whole prompt to warm up, then times the decoding of another; a generation test fills
 * the memory with a prompt of {@code depth} tokens, then times so many decodes of one token each. It samples nothing.
 */
final class LlamaBench {
    private final ReferenceTools tools;
    private final Path model;
    private final int threads;

    LlamaBench(ReferenceTools tools, Path model, int threads) {
        this.tools = tools;
        this.model = model;
        this.threads = threads;
    }

    /**
     * A result.
     *
     * @param nanos time of the one repetition
     * @param buildCommit the commit that the tool was built from
     * @param memory the most memory that was seen, when it was watched
     */
    record Result(long nanos, String buildCommit, ProcessMemory memory) {}

    /** The prompt test. */
    Result prompt(int tokens) {
        return run(ToolRun.Watch.NO, "-p", Integer.toString(tokens), "-n", "0");
    }

    /** The generation test. */
    Result generation(int tokens, int depth, ToolRun.Watch watch) {
        return run(watch, "-p", "0", "-n", Integer.toString(tokens), "-d", Integer.toString(depth));
    }

    private Result run(ToolRun.Watch watch, String... test) {
        List<String> command = new ArrayList<>(List.of(
                tools.tool("llama-bench").toString(),
                "-m",
                model.toString(),
                "-t",
                Integer.toString(threads),
                "-b",
                Integer.toString(EngineSettings.BATCH_TOKENS),
                "-ub",
                Integer.toString(EngineSettings.MICRO_BATCH_TOKENS),
                "-fa",
                "auto",
                "-lm",
                "mmap",
                "-r",
                "1",
                "-o",
                "json"));
        command.addAll(List.of(test));
        ToolRun run = ToolRun.of(command, watch);
        Result result = parse(run.output());
        return new Result(result.nanos(), result.buildCommit(), run.memory());
    }

    /** Reads the time of the only sample of the only test. */
    static Result parse(String json) {
        long nanos = 0;
        String commit = "";
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() != JsonToken.FIELD_NAME) {
                    continue;
                }
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("build_commit")) {
                    commit = parser.getText();
                } else if (field.equals("samples_ns")
                        && value == JsonToken.START_ARRAY
                        && parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                    nanos = parser.getLongValue();
                }
            }
        } catch (IOException e) {
            throw new BenchException(
                    "llama-bench wrote something that is no JSON (" + e.getMessage()
                            + "); is it of the pinned llama.cpp?",
                    e);
        }
        if (nanos <= 0) {
            throw new BenchException("llama-bench wrote no samples_ns; is it of the pinned llama.cpp?");
        }
        return new Result(nanos, commit, ProcessMemory.NONE);
    }
}
