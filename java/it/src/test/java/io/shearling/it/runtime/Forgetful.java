package io.shearling.it.runtime;

import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import io.shearling.testkit.NativeCounters;
import java.nio.file.Path;

/** A main class that closes nothing, and says what native code still holds once the garbage has been collected. */
final class Forgetful {
    private static final EngineOptions SMALL =
            EngineOptions.builder().contextTokens(256).threads(1).build();

    private Forgetful() {}

    /** The model's file. */
    public static void main(String[] arguments) throws InterruptedException {
        NativeCounters before = NativeCounters.read();
        forgetModelEngineAndSession(Path.of(arguments[0]));
        forgetAStreamThatIsHalfRead(Path.of(arguments[0]));
        for (int i = 0; i < 500 && !NativeCounters.read().since(before).isEmpty(); i++) {
            System.gc();
            Thread.sleep(10);
        }
        System.out.println("left: " + NativeCounters.read().since(before));
    }

    private static void forgetModelEngineAndSession(Path file) {
        Model model = Model.load(file);
        Engine engine = model.newEngine(SMALL);
        Session session = engine.newSession();
        session.complete("sheep", GenerationOptions.greedy(4)).await();
    }

    /** Its generation waits for its reader, on the engine's thread: that must not keep the session alive. */
    private static void forgetAStreamThatIsHalfRead(Path file) {
        Session session = Model.load(file).newSession(SMALL);
        TokenStream stream = session.complete("sheep", GenerationOptions.greedy(200));
        stream.next();
    }
}
