package io.shearling.runtime.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NativeHandleTest {
    private final AtomicInteger freed = new AtomicInteger();

    @Test
    void close_twice_freesOnce() {
        NativeHandle handle = handle(this);
        handle.close();
        handle.close();
        assertThat(freed).hasValue(1);
        assertThat(handle.closed()).isTrue();
    }

    @Test
    void close_underALease_freesWithTheLastLease() {
        NativeHandle handle = handle(this);
        Lease first = handle.lease();
        Lease second = handle.lease();
        handle.close();
        first.close();
        assertThat(freed).hasValue(0);
        second.close();
        assertThat(freed).hasValue(1);
    }

    @Test
    void lease_afterClose_saysWhatIsClosed() {
        NativeHandle handle = handle(this);
        handle.close();
        assertThatThrownBy(handle::lease)
                .isInstanceOfSatisfying(
                        ShearlingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED))
                .hasMessageContaining("test object");
    }

    @Test
    void lease_manyThreadsAgainstClose_neverUsesAFreedObject() throws InterruptedException {
        for (int round = 0; round < 300; round++) {
            AtomicInteger frees = new AtomicInteger();
            AtomicInteger violations = new AtomicInteger();
            NativeHandle handle = new NativeHandle(new Object(), "test object", frees::incrementAndGet);
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(new Thread(() -> use(handle, start, frees, violations)));
            }
            threads.add(new Thread(handle::close));
            threads.forEach(Thread::start);
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            handle.close();
            assertThat(violations).hasValue(0);
            assertThat(frees).hasValue(1);
        }
    }

    private static void use(NativeHandle handle, CountDownLatch start, AtomicInteger frees, AtomicInteger violations) {
        try {
            assertThat(start.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 50; i++) {
                try (Lease lease = handle.lease()) {
                    violations.addAndGet(frees.get());
                }
            }
        } catch (ShearlingException closed) {
            assertThat(closed.code()).isEqualTo(ErrorCode.CLOSED);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void collector_forgottenOwner_freesIt() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        forget(gone);
        for (int i = 0; i < 100 && gone.getCount() > 0; i++) {
            System.gc();
            if (gone.await(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        assertThat(gone.getCount()).isZero();
    }

    private static void forget(CountDownLatch gone) {
        assertThat(new NativeHandle(new Object(), "forgotten object", gone::countDown).closed())
                .isFalse();
    }

    private NativeHandle handle(Object owner) {
        return new NativeHandle(owner, "test object", freed::incrementAndGet);
    }
}
