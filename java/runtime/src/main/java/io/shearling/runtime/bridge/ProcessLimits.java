package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_machine_info;
import io.shearling.runtime.diagnosis.Machine;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What native code says about cores and memory. */
public final class ProcessLimits {
    private ProcessLimits() {}

    /** As they are now. */
    public static Machine.Limits now() {
        Backends.natives();
        try (shl_machine_info info = new shl_machine_info()) {
            Status.check(Core.shl_machine_read(info), "cannot read the machine's limits");
            return new Machine.Limits(
                    info.cores(),
                    info.cores_limit() == 0 ? OptionalInt.empty() : OptionalInt.of(info.cores_limit()),
                    info.memory_total(),
                    info.memory_available(),
                    info.memory_limit() < 0 ? OptionalLong.empty() : OptionalLong.of(info.memory_limit()));
        }
    }
}
