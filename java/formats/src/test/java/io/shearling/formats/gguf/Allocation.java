package io.shearling.formats.gguf;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much heap a thread has asked for. */
final class Allocation {
    private Allocation() {}

    /** Bytes that this thread has allocated since it began. */
    static long ofThisThread() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
