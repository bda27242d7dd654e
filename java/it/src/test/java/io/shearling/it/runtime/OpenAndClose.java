package io.shearling.it.runtime;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.testkit.NativeCounters;
import io.shearling.testkit.RssAnon;
import java.nio.file.Path;

/** A main class that opens a model, generates eight tokens and closes it, again and again, and says what memory that leaves. */
final class OpenAndClose {
    private OpenAndClose() {}

    /** The file and the number of cycles. A line a cycle with the bytes of anonymous memory, then what native code holds. */
    public static void main(String[] arguments) {
        EngineOptions small =
                EngineOptions.builder().contextTokens(256).threads(1).build();
        NativeCounters before = NativeCounters.read();
        int cycles = Integer.parseInt(arguments[1]);
        for (int i = 0; i < cycles; i++) {
            try (Model model = Model.load(Path.of(arguments[0]));
                    Session session = model.newSession(small)) {
                session.complete("the sheep", GenerationOptions.greedy(8)).await();
            }
            System.out.println(RssAnon.ofThisProcess());
        }
        System.out.println("left: " + NativeCounters.read().since(before));
    }
}
