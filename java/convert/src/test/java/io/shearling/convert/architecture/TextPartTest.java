package io.shearling.convert.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tensors belong to the text model. */
class TextPartTest {
    @ParameterizedTest
    @CsvSource({
        "model.layers.0.mlp.up_proj.weight, model.layers.0.mlp.up_proj.weight",
        "language_model.model.norm.weight, model.norm.weight",
        "model.language_model.layers.3.self_attn.q_proj.weight, model.layers.3.self_attn.q_proj.weight",
        "language_model.lm_head.weight, lm_head.weight"
    })
    void name_ofATextModel_hasNoPrefix(String stored, String name) {
        assertThat(TextPart.name(stored)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vision_tower.ln_pre.weight",
                "multi_modal_projector.linear_1.weight",
                "model.visual.patch_embed.proj.bias",
                "mlp1.0.weight",
                "model.audio_tower.layers.0.fc1.weight",
                "model.connector.modality_projection.proj.weight"
            })
    void name_ofAnotherModel_isNone(String stored) {
        assertThat(TextPart.name(stored)).isEmpty();
    }
}
