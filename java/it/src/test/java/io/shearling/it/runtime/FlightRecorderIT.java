package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.ProgramRun;
import io.shearling.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What Java Flight Recorder hears. */
@ExtendWith(NativeLeakCheck.class)
class FlightRecorderIT {
    private static final String STEP = "io.shearling.DecodeStep";

    @TempDir
    Path folder;

    @Test
    void recording_ofTwoGenerations_hasLoadPromptsStepsAndEnds() throws IOException {
        Path file = TinyModels.in(folder).llama(1);
        List<RecordedEvent> events = record(file, true);

        assertThat(named(events, "io.shearling.ModelLoad")).singleElement().satisfies(load -> {
            assertThat(load.getString("file")).isEqualTo(file.toString());
            assertThat(load.getLong("bytes")).isPositive();
            assertThat(load.getDuration()).isPositive().isGreaterThan(load.getDuration("probeTime"));
        });
        List<RecordedEvent> prompts = named(events, "io.shearling.Prompt");
        assertThat(prompts).hasSize(2);
        assertThat(prompts.get(0).getInt("reusedTokens")).isZero();
        assertThat(prompts.get(1).getInt("reusedTokens"))
                .isEqualTo(prompts.get(1).getInt("tokens") - 1);
        List<RecordedEvent> ends = named(events, "io.shearling.Generation");
        assertThat(ends).hasSize(2).allSatisfy(end -> {
            assertThat(end.getString("end")).isEqualTo("MAX_TOKENS");
            assertThat(end.getInt("generatedTokens")).isEqualTo(8);
            assertThat(end.getDuration("timeToFirstToken")).isPositive().isLessThan(end.getDuration());
        });
        // Eight tokens take a prompt and seven more steps.
        assertThat(named(events, STEP)).hasSize(16).allSatisfy(step -> {
            assertThat(step.getInt("sequences")).isEqualTo(1);
            assertThat(step.getInt("threads")).isEqualTo(1);
            assertThat(step.getInt("batchTokens")).isPositive();
        });
    }

    @Test
    void recording_thatDoesNotAsk_hasNoSteps() throws IOException {
        List<RecordedEvent> events = record(TinyModels.in(folder).llama(1), false);
        assertThat(named(events, "io.shearling.Generation")).hasSize(2);
        assertThat(named(events, STEP)).isEmpty();
    }

    @Test
    void runtimeImage_withoutFlightRecorder_generatesAllTheSame() {
        ProgramRun run = ChildJvm.of(StreamAndReturn.class)
                .option("--limit-modules=java.base,java.logging,java.net.http,jdk.unsupported")
                .arguments(TinyModels.in(folder).llama(1).toString(), "4", "256")
                .run();
        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout()).contains("tokens: 4");
    }

    private List<RecordedEvent> record(Path model, boolean steps) throws IOException {
        Path file = folder.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            if (steps) {
                recording.enable(STEP);
            }
            recording.start();
            generateTwice(model);
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file);
    }

    private static void generateTwice(Path file) {
        EngineOptions small =
                EngineOptions.builder().contextTokens(256).threads(1).build();
        try (Model model = Model.load(file);
                Session session = model.newSession(small)) {
            for (int i = 0; i < 2; i++) {
                session.complete("the sheep on the field", GenerationOptions.greedy(8))
                        .await();
            }
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
    }
}
