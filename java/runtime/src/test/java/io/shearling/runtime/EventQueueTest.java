package io.shearling.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private static final GenerationEvent.Finished END = new GenerationEvent.Finished(
            FinishReason.END_OF_TEXT, new Usage(1, 0, 1), new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO));

    private final AtomicInteger woken = new AtomicInteger();
    private final EventQueue queue = new EventQueue(woken::incrementAndGet);

    @Test
    void take_afterTheEnd_givesNull() throws InterruptedException {
        queue.put(new GenerationEvent.Text("a"));
        queue.put(END);
        queue.put(END);
        assertThat(queue.take()).isEqualTo(new GenerationEvent.Text("a"));
        assertThat(queue.take()).isEqualTo(END);
        assertThat(queue.take()).isNull();
        assertThat(queue.take()).isNull();
    }

    @Test
    void hasRoom_slowReader_parksAndWakesOnce() throws InterruptedException {
        int put = 0;
        while (queue.hasRoom()) {
            queue.put(new GenerationEvent.Text("a"));
            put++;
        }
        assertThat(put).isBetween(EventQueue.CAPACITY / 2, EventQueue.CAPACITY);
        for (int i = 0; i < put; i++) {
            assertThat(queue.take()).isNotNull();
        }
        assertThat(woken).hasValue(1);
        assertThat(queue.hasRoom()).isTrue();
    }

    @Test
    void fail_withEventsWaiting_givesThemFirst() throws InterruptedException {
        queue.put(new GenerationEvent.Text("a"));
        queue.fail(new ShearlingException(ErrorCode.NATIVE, "broken"));
        assertThat(queue.take()).isEqualTo(new GenerationEvent.Text("a"));
        assertThatThrownBy(queue::take).hasMessage("broken");
        queue.awaitEnd();
    }

    @Test
    void take_eventsFastAndSlow_comeAllInOrder() throws InterruptedException {
        Thread writer = new Thread(() -> {
            Random random = new Random(5);
            int put = 0;
            while (put < 5000) {
                // Bursts and pauses about as long as a nap of the reader, and now and then a much longer one.
                LockSupport.parkNanos(put % 500 == 0 ? 5_000_000 : random.nextInt(600_000));
                for (int burst = random.nextInt(20); burst > 0 && queue.hasRoom(); burst--) {
                    queue.put(new GenerationEvent.Text(Integer.toString(put++)));
                }
            }
            queue.put(END);
        });
        writer.start();
        int taken = 0;
        GenerationEvent event = queue.take();
        while (event instanceof GenerationEvent.Text text) {
            assertThat(text.text()).isEqualTo(Integer.toString(taken++));
            event = queue.take();
        }
        assertThat(event).isEqualTo(END);
        assertThat(taken).isGreaterThanOrEqualTo(5000);
        writer.join();
    }
}
