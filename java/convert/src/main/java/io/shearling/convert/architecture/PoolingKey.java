package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.model.PoolingType;

/** How an embedding model makes one vector of a text, where the files of sentence-transformers are beside it. */
final class PoolingKey implements KeyRule {
    @Override
    public void put(ModelConfig config, Keys keys) {
        SentenceModules.folders(config.folder(), "Pooling").stream()
                .findFirst()
                .ifPresent(folder -> keys.u32(
                        "pooling_type",
                        type(JsonFile.read(config.folder().resolve(folder).resolve("config.json")), config)
                                .code()));
    }

    private static PoolingType type(JsonValue.Fields pooling, ModelConfig config) {
        String mode = SentenceModules.text(pooling, "pooling_mode");
        if (flag(pooling, "pooling_mode_mean_tokens")) {
            return PoolingType.MEAN;
        }
        if (flag(pooling, "pooling_mode_cls_token")) {
            return PoolingType.CLS;
        }
        if (flag(pooling, "pooling_mode_lasttoken")) {
            return PoolingType.LAST;
        }
        return switch (mode) {
            case "mean" -> PoolingType.MEAN;
            case "cls" -> PoolingType.CLS;
            case "lasttoken" -> PoolingType.LAST;
            default ->
                throw new ConvertException(
                        Kind.CONFIG,
                        config.folder().toString(),
                        "its pooling is none of mean, cls and last token",
                        "llama.cpp knows no other");
        };
    }

    private static boolean flag(JsonValue.Fields fields, String name) {
        return fields.find(name).flatMap(JsonValue::bool).orElse(false);
    }
}
