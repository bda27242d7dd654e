package io.shearling.core.presets;

import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * What JavaCPP has to know of the core's headers. The generated class {@code io.shearling.core.Core} extends this one.
 */
@Properties(
        value =
                @Platform(
                        include = {
                            "shearling/status.h",
                            "shearling/log.h",
                            "shearling/machine.h",
                            "shearling/backend.h",
                            "shearling/model.h",
                            "shearling/tokenizer.h",
                            "shearling/chat.h",
                            "shearling/context.h",
                            "shearling/evaluate.h",
                            "shearling/sampler.h",
                            "shearling/product.h",
                            "shearling/rounding.h",
                            "shearling/rows.h",
                            "shearling/statistics.h"
                        },
                        // Without it a String crosses in the platform's charset and loses what that lacks.
                        define = "STRING_BYTES_CHARSET \"UTF-8\"",
                        library = CorePresets.LIBRARY),
        target = "io.shearling.core",
        global = "io.shearling.core.Core")
@NoException
public class CorePresets implements InfoMapper {
    static final String LIBRARY = "jnishearlingcore";

    /** For JavaCPP. */
    public CorePresets() {}

    @Override
    public void map(InfoMap infoMap) {
        infoMap.put(new Info("SHL_API", "SHL_NOEXCEPT").cppTypes().annotations())
                .put(new Info("const char")
                        .valueTypes("byte")
                        .pointerTypes("String", "@Cast(\"const char*\") BytePointer"));
    }
}
