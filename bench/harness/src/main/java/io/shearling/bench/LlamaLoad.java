package io.shearling.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * llama.cpp's own load time, as {@code llama-completion} prints it.
 *
 * <p>The tool keeps the time that the loading of the model took and prints it as "load time". The first decode would replace it
 * by the time up to there, so nothing is decoded: no warm-up and no token. Its search for settings that fit a device loads
 * headers a second time and is switched off. The start of the process and the making of the context are not in it, as they
 * are not in the time of {@code Model.load}.
 */
final class LlamaLoad {
    private static final Pattern LOAD_TIME = Pattern.compile("load time =\\s*([0-9]+\\.[0-9]+) ms");

    private LlamaLoad() {}

    /** How long the model takes to load. */
    static long nanos(ReferenceTools tools, Path model, int threads) {
        ToolRun run = ToolRun.of(
                List.of(
                        tools.tool("llama-completion").toString(),
                        "-m",
                        model.toString(),
                        "-t",
                        Integer.toString(threads),
                        "-c",
                        "512",
                        "-n",
                        "0",
                        "-p",
                        "a",
                        "-no-cnv",
                        "--no-warmup",
                        "-fit",
                        "off"),
                ToolRun.Watch.NO);
        return parse(run.output() + run.log());
    }

    static long parse(String log) {
        Matcher matcher = LOAD_TIME.matcher(log);
        if (!matcher.find()) {
            throw new BenchException("llama-completion printed no load time; is it of the pinned llama.cpp?");
        }
        return Math.round(Double.parseDouble(matcher.group(1)) * 1e6);
    }
}
