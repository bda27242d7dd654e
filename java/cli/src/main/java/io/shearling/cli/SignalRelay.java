package io.shearling.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jline.terminal.Terminal.Signal;
import org.jline.utils.Signals;

/**
 * Passes the process's signals on to a terminal until it is closed. jline can register its handlers itself, but does so anew at
 * each change of what a signal means; a Ctrl-C between two of them would end the JVM.
 */
final class SignalRelay implements AutoCloseable {
    private static final List<Signal> RELAYED = List.of(Signal.INT, Signal.WINCH, Signal.CONT);

    /** What there was before, by signal. */
    private final Map<Signal, Object> before = new EnumMap<>(Signal.class);

    private SignalRelay() {}

    static SignalRelay to(org.jline.terminal.Terminal terminal) {
        SignalRelay relay = new SignalRelay();
        for (Signal signal : RELAYED) {
            Object previous = Signals.register(signal.name(), () -> terminal.raise(signal));
            if (previous != null) {
                relay.before.put(signal, previous);
            }
        }
        return relay;
    }

    @Override
    public void close() {
        before.forEach((signal, previous) -> Signals.unregister(signal.name(), previous));
        before.clear();
    }
}
