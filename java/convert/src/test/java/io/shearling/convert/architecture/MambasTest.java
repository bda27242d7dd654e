package io.shearling.convert.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.element.Literal;
import java.util.List;
import org.junit.jupiter.api.Test;

class MambasTest {
    @Test
    void withoutCopy_leavesOutAHeadThatRepeatsTheEmbeddings() {
        Draft embeddings = Draft.of("token_embd.weight", new Literal(1, 2), 2L);
        Draft copy = Draft.of("output.weight", new Literal(1, 2), 2L);
        Draft head = Draft.of("output.weight", new Literal(1, 3), 2L);
        assertThat(Mambas.withoutCopy(List.of(embeddings, copy))).containsExactly(embeddings);
        assertThat(Mambas.withoutCopy(List.of(embeddings, head))).containsExactly(embeddings, head);
        assertThat(Mambas.withoutCopy(List.of(head))).containsExactly(head);
    }
}
