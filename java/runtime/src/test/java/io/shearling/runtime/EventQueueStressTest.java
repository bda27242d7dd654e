package io.shearling.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One writer that waits for room, one reader that waits for events: nothing is lost, nobody waits for ever. */
@Timeout(30)
class EventQueueStressTest {
    private static final GenerationEvent.Finished END = new GenerationEvent.Finished(
            FinishReason.END_OF_TEXT, new Usage(1, 0, 1), new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO));

    @Test
    void take_againstAWriter_givesAllInOrder() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            Semaphore woken = new Semaphore(0);
            EventQueue queue = new EventQueue(woken::release);
            int count = random.nextInt(4 * EventQueue.CAPACITY);
            FutureTask<List<GenerationEvent>> reading = new FutureTask<>(() -> readAll(queue));
            Thread reader = new Thread(reading);
            reader.start();
            write(queue, count, woken);
            List<GenerationEvent> events = reading.get();
            assertThat(events).hasSize(count + 1).last().isEqualTo(END);
            for (int i = 0; i < count; i++) {
                assertThat(events.get(i)).isEqualTo(new GenerationEvent.Text(String.valueOf(i)));
            }
            reader.join();
        }
    }

    private static void write(EventQueue queue, int count, Semaphore woken) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            while (!queue.hasRoom()) {
                woken.acquire();
            }
            queue.put(new GenerationEvent.Text(String.valueOf(i)));
        }
        queue.put(END);
    }

    private static List<GenerationEvent> readAll(EventQueue queue) throws InterruptedException {
        List<GenerationEvent> events = new ArrayList<>();
        for (GenerationEvent event = queue.take(); event != null; event = queue.take()) {
            events.add(event);
        }
        return events;
    }
}
