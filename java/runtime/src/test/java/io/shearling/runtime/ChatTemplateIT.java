package io.shearling.runtime;

import static io.shearling.runtime.SessionIT.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.error.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatTemplateIT {
    @Test
    void render_conversation_followsTheModel() {
        String prompt = SmolLm2.model()
                .chatTemplate()
                .render(List.of(
                        Message.system("Be brief."),
                        Message.user("Hi 🐑"),
                        Message.assistant("Hello"),
                        Message.user("Bye")))
                .text();
        assertThat(prompt).isEqualTo("""
                        <|im_start|>system
                        Be brief.<|im_end|>
                        <|im_start|>user
                        Hi 🐑<|im_end|>
                        <|im_start|>assistant
                        Hello<|im_end|>
                        <|im_start|>user
                        Bye<|im_end|>
                        <|im_start|>assistant
                        """);
    }

    @Test
    void parse_ownTemplate_rendersIt() {
        try (ChatTemplate template = ChatTemplate.parse(
                SmolLm2.model(),
                "{% for m in messages %}[{{ m.role }}] {{ m.content | upper }}\n{% endfor %}"
                        + "{% if add_generation_prompt %}>{% endif %}")) {
            assertThat(template.render(List.of(Message.user("sheep"))).text()).isEqualTo("[user] SHEEP\n>");
        }
    }

    @Test
    void parse_brokenTemplate_isRefused() {
        assertCode(ErrorCode.BAD_TEMPLATE, () -> ChatTemplate.parse(SmolLm2.model(), "{% for x in %}"));
    }

    @Test
    void render_templateRefuses_givesItsWords() {
        try (ChatTemplate template =
                ChatTemplate.parse(SmolLm2.model(), "{{ raise_exception('roles must alternate') }}")) {
            assertCode(ErrorCode.BAD_TEMPLATE, () -> template.render(List.of(Message.user("x"))));
        }
    }
}
