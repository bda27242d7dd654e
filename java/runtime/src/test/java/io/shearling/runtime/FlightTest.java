package io.shearling.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.bridge.NativeContext;
import org.junit.jupiter.api.Test;

/** Without a context: a flight that is on the ground has nothing to abort, so whoever reached for one here would fail. */
class FlightTest {
    private final Flight flight = new Flight(none());

    @Test
    void callBack_ofAStepHeldOnTheGround_abortsNothing() {
        flight.prepare();
        flight.callBack();
        assertThat(flight.depart(100, true)).isFalse();
        flight.callBack();
    }

    @Test
    void depart_notWorthAnAbort_doesNotWait() {
        flight.callBack();
        assertThat(flight.depart(Flight.NOT_WORTH_ABORTING, true)).isTrue();
        flight.callBack();
    }

    @SuppressWarnings("NullAway")
    private static NativeContext none() {
        return null;
    }
}
