package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufBool;
import io.shearling.formats.gguf.GgufFloat;
import io.shearling.formats.gguf.GgufInteger;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.gguf.GgufString;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.FileType;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.model.ModelSummary;
import io.shearling.formats.model.TypeMix;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An {@link Inspection} as JSON; of an array in the metadata only its size and its first elements. */
final class InspectionJson {
    private final JsonGenerator json;

    private InspectionJson(JsonGenerator json) {
        this.json = json;
    }

    static String of(Inspection inspection) {
        return JsonText.object(json -> {
            InspectionJson page = new InspectionJson(json);
            page.summary(inspection);
            page.mix(inspection.summary().mix());
            if (inspection.memory().isPresent()) {
                page.memory(inspection.memory().get());
            }
            page.metadata(inspection.metadata());
            page.tensors(inspection.tensors());
        });
    }

    /** What a file will be that is not written yet. */
    static String of(GgufPlan plan) {
        return JsonText.object(json -> {
            InspectionJson page = new InspectionJson(json);
            json.writeNumberField("sizeBytes", plan.sizeBytes());
            json.writeNumberField("files", plan.fileCount());
            TypeMix mix = TypeMix.of(plan.tensors());
            json.writeNumberField("parameters", mix.elements());
            json.writeNumberField("bitsPerWeight", mix.bitsPerWeight());
            page.mix(mix);
            page.metadata(plan.metadata());
            page.tensors(plan.tensors());
        });
    }

    private void summary(Inspection inspection) throws IOException {
        ModelSummary summary = inspection.summary();
        json.writeStringField("file", inspection.path().toString());
        json.writeNumberField("sizeBytes", summary.fileBytes());
        json.writeNumberField("files", summary.files());
        json.writeNumberField("ggufVersion", summary.version());
        optional("name", summary.name().orElse(null));
        optional("architecture", summary.architecture().orElse(null));
        optional("fileType", summary.fileType().map(FileType::label).orElse(null));
        json.writeNumberField("parameters", summary.parameters());
        json.writeNumberField("bitsPerWeight", summary.bitsPerWeight());
        if (summary.shape().isPresent()) {
            shape(summary.shape().get());
        }
    }

    private void shape(ModelShape shape) throws IOException {
        json.writeObjectFieldStart("shape");
        json.writeNumberField("blockCount", shape.blockCount());
        json.writeNumberField("embeddingLength", shape.embeddingLength());
        json.writeNumberField("contextLength", shape.contextLength());
        counts("feedForwardLength", shape.feedForwardLength().toArray());
        counts("headCount", shape.headCount().toArray());
        counts("headCountKv", shape.headCountKv().toArray());
        if (shape.vocabularySize().isPresent()) {
            json.writeNumberField("vocabularySize", shape.vocabularySize().getAsInt());
        }
        json.writeEndObject();
    }

    private void counts(String name, int[] counts) throws IOException {
        json.writeFieldName(name);
        json.writeArray(counts, 0, counts.length);
    }

    private void mix(TypeMix mix) throws IOException {
        json.writeArrayFieldStart("types");
        for (TypeMix.Share share : mix.shares()) {
            json.writeStartObject();
            json.writeStringField("type", share.type().ggmlName());
            json.writeNumberField("tensors", share.tensors());
            json.writeNumberField("parameters", share.elements());
            json.writeNumberField("sizeBytes", share.sizeBytes());
            json.writeNumberField("bitsPerWeight", share.type().bitsPerElement());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void memory(Inspection.Memory memory) throws IOException {
        json.writeObjectFieldStart("memory");
        json.writeNumberField("contextTokens", memory.contextTokens());
        json.writeNumberField("weightBytes", memory.weightBytes());
        json.writeNumberField("cacheBytes", memory.cacheBytes());
        json.writeNumberField("totalBytes", memory.totalBytes());
        json.writeEndObject();
    }

    private void metadata(GgufMetadata metadata) throws IOException {
        json.writeArrayFieldStart("metadata");
        for (String key : metadata.keys()) {
            GgufValue value = metadata.value(key);
            json.writeStartObject();
            json.writeStringField("key", key);
            json.writeStringField("type", value.type().label());
            if (value instanceof GgufArray array) {
                json.writeStringField("elementType", array.elementType().label());
                json.writeNumberField("size", array.size());
                json.writeArrayFieldStart("first");
                for (int i = 0; i < Math.min(array.size(), MetadataText.ELEMENTS); i++) {
                    element(array, i);
                }
                json.writeEndArray();
            } else {
                json.writeFieldName("value");
                scalar(value);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void scalar(GgufValue value) throws IOException {
        if (value instanceof GgufInteger integer) {
            integer(integer.type(), integer.value());
        } else if (value instanceof GgufFloat number) {
            number(number.type(), number.value());
        } else if (value instanceof GgufBool bool) {
            json.writeBoolean(bool.value());
        } else if (value instanceof GgufString string) {
            json.writeString(string.value());
        }
    }

    private void element(GgufArray array, int index) throws IOException {
        GgufValueType type = array.elementType();
        if (type.integer()) {
            integer(type, array.integer(index));
        } else if (type.floating()) {
            number(type, array.number(index));
        } else if (type == GgufValueType.BOOL) {
            json.writeBoolean(array.bool(index));
        } else {
            json.writeString(array.string(index));
        }
    }

    private void integer(GgufValueType type, long value) throws IOException {
        if (type == GgufValueType.U64 && value < 0) {
            json.writeNumber(new BigInteger(Long.toUnsignedString(value)));
        } else {
            json.writeNumber(value);
        }
    }

    private void number(GgufValueType type, double value) throws IOException {
        if (type == GgufValueType.F32) {
            json.writeNumber((float) value);
        } else {
            json.writeNumber(value);
        }
    }

    private void tensors(List<TensorInfo> tensors) throws IOException {
        json.writeArrayFieldStart("tensors");
        for (TensorInfo tensor : tensors) {
            json.writeStartObject();
            json.writeStringField("name", tensor.name());
            json.writeStringField("type", tensor.type().ggmlName());
            long[] extents = tensor.shape().extents();
            json.writeFieldName("shape");
            json.writeArray(extents, 0, extents.length);
            json.writeNumberField("sizeBytes", tensor.sizeBytes());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void optional(String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }
}
