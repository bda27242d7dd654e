package io.shearling.testkit;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A JUnit extension that fails a test after which native code holds more, or less, than before it.
 *
 * <p>Everything must be closed by then, in the test or in its {@code @AfterEach} methods: garbage collection is neither
 * asked for nor waited for. What {@code @BeforeAll} opens is in both counts. An engine frees a sampler just after the last
 * event, so the check looks again for up to two seconds before it fails. Tests of one JVM must not run in parallel.
 */
public final class NativeLeakCheck implements BeforeEachCallback, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(NativeLeakCheck.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** JUnit makes one for each test class that is extended with it. */
    public NativeLeakCheck() {}

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put(context.getUniqueId(), NativeCounters.read());
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        NativeCounters before = context.getStore(NAMESPACE).remove(context.getUniqueId(), NativeCounters.class);
        if (before != null) {
            check(before, PATIENCE);
        }
    }

    static void check(NativeCounters before, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        Map<String, Long> more = NativeCounters.read().since(before);
        while (!more.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(5);
            more = NativeCounters.read().since(before);
        }
        if (!more.isEmpty()) {
            String kinds = more.entrySet().stream()
                    .map(kind -> String.format("%+d %s", kind.getValue(), kind.getKey()))
                    .collect(Collectors.joining(", "));
            throw new AssertionError("native code holds something else than before the test: " + kinds
                    + "; close what the test opens (-Dshearling.leaks=trace tells where)");
        }
    }
}
