package io.shearling.testkit;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The contract against the runtime's own streams, over a tiny llama. */
@ExtendWith(NativeLeakCheck.class)
class TokenStreamContractIT extends TokenStreamContract {
    @TempDir
    static Path folder;

    private Model model;
    private Session session;

    @BeforeEach
    void open() {
        model = Model.load(TinyModels.in(folder).llama(1));
        session = model.newSession(EngineOptions.builder().threads(1).build());
    }

    @AfterEach
    void close() {
        session.close();
        model.close();
    }

    @Override
    protected TokenStream open(int tokens) {
        return session.complete("the sheep is", GenerationOptions.greedy(tokens));
    }
}
