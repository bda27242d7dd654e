package io.shearling.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the harness reads out of the output of other programs. */
class ToolOutputTest {
    @Test
    void llamaBench_oneTest_givesItsSampleAndCommit() {
        LlamaBench.Result result = LlamaBench.parse("[{\"build_commit\": \"de3ff81\", \"n_gen\": 128,"
                + " \"avg_ns\": 7, \"samples_ns\": [ 2034567890 ], \"samples_ts\": [ 62.9 ]}]");
        assertThat(result.nanos()).isEqualTo(2_034_567_890L);
        assertThat(result.buildCommit()).isEqualTo("de3ff81");
    }

    @Test
    void llamaBench_somethingElse_isRefused() {
        assertThatThrownBy(() -> LlamaBench.parse("| model | size |")).isInstanceOf(BenchException.class);
        assertThatThrownBy(() -> LlamaBench.parse("[]")).isInstanceOf(BenchException.class);
    }

    @Test
    void llamaLoad_number_isTheTime() {
        assertThat(LlamaLoad.parse("239540000\n")).isEqualTo(239_540_000L);
    }

    @Test
    void llamaLoad_somethingElse_isRefused() {
        assertThatThrownBy(() -> LlamaLoad.parse("usage: llama-load MODEL")).isInstanceOf(BenchException.class);
    }

    @Test
    void processMemory_statusFile_givesBytes() {
        ProcessMemory memory = ProcessMemory.parse(
                List.of("Name:\tjava", "VmHWM:\t  133900 kB", "VmRSS:\t  100000 kB", "RssAnon:\t   90000 kB"));
        assertThat(memory).isEqualTo(new ProcessMemory(92_160_000, 137_113_600));
    }

    @Test
    void processMemory_ofAnotherSystem_isNothing() {
        assertThat(ProcessMemory.parse(List.of())).isEqualTo(ProcessMemory.NONE);
    }

    @Test
    void memoryProbe_output_isReadBack() {
        assertThat(MemoryProbe.parse("anonymousBytes=12\nresidentPeakBytes=34\n"))
                .isEqualTo(new ProcessMemory(12, 34));
    }

    @Test
    void toolRun_program_givesBothStreams() {
        ToolRun run = ToolRun.of(List.of("sh", "-c", "echo out; echo log >&2"), ToolRun.Watch.NO);
        assertThat(run.output()).isEqualTo("out\n");
        assertThat(run.log()).isEqualTo("log\n");
    }

    @Test
    void toolRun_watched_seesMemory() {
        ToolRun run = ToolRun.of(List.of("sh", "-c", "sleep 0.2"), ToolRun.Watch.MEMORY);
        assertThat(run.memory().residentPeakBytes()).isPositive();
    }

    @Test
    void toolRun_failure_namesTheProgramTheCodeAndTheLastLine() {
        assertThatThrownBy(() -> ToolRun.of(List.of("sh", "-c", "echo a >&2; echo b >&2; exit 3"), ToolRun.Watch.NO))
                .isInstanceOf(BenchException.class)
                .hasMessage("sh failed with exit code 3: b");
    }

    @Test
    void toolRun_interrupted_endsTheProgram() {
        Thread.currentThread().interrupt();
        long start = System.nanoTime();
        assertThatThrownBy(() -> ToolRun.of(List.of("sleep", "60"), ToolRun.Watch.NO))
                .isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
    }

    @Test
    void toolRun_signalToBoth_isACancellation() {
        Thread self = Thread.currentThread();
        new Thread(() -> {
                    pause(100);
                    self.interrupt();
                })
                .start();
        assertThatThrownBy(() -> ToolRun.of(List.of("sh", "-c", "exit 130"), ToolRun.Watch.NO))
                .isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
