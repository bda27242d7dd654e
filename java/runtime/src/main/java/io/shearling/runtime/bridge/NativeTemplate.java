package io.shearling.runtime.bridge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.shearling.core.Core;
import io.shearling.core.shl_template;
import io.shearling.runtime.ChatTemplate;
import io.shearling.runtime.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code shl_template}; messages cross as JSON. Thread-safe as the native object is; whoever calls holds a lease. */
public final class NativeTemplate {
    /** How the sentence of a template that cannot be opened begins; a colon and the cause follow. */
    public static final String UNUSABLE = "cannot use the chat template";

    private static final JsonFactory JSON = new JsonFactory();

    private final shl_template template;

    private NativeTemplate(shl_template template) {
        this.template = template;
    }

    /** Parses Jinja text, or the model's own where it is null. */
    public static NativeTemplate open(NativeModel model, @Nullable String jinja) {
        shl_template template = new shl_template();
        Status.check(Core.shl_template_new(model.pointer(), jinja, template), UNUSABLE);
        return new NativeTemplate(template);
    }

    public ChatTemplate.Rendered render(List<Message> messages, boolean forReply) {
        byte[] request = request(messages, forReply);
        byte[] reply = NativeText.bytes(
                "the chat template refuses the messages",
                out -> Core.shl_template_apply(template, request, request.length, out));
        return parse(reply);
    }

    public String source() {
        return NativeText.of("cannot read the chat template", out -> Core.shl_template_source(template, out));
    }

    public void free() {
        Core.shl_template_free(template);
    }

    private static byte[] request(List<Message> messages, boolean forReply) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("messages");
            for (Message message : messages) {
                json.writeStartObject();
                json.writeStringField("role", message.role());
                json.writeStringField("content", message.content());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeBooleanField("add_generation_prompt", forReply);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static ChatTemplate.Rendered parse(byte[] reply) {
        String prompt = "";
        List<String> stops = new ArrayList<>();
        try (JsonParser json = JSON.createParser(reply)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("prompt")) {
                    prompt = json.getText();
                } else if (name.equals("stops")) {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        stops.add(json.getText());
                    }
                } else {
                    json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ChatTemplate.Rendered(prompt, stops);
    }
}
