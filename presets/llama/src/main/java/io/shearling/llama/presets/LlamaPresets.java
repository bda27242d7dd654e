package io.shearling.llama.presets;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * What JavaCPP has to know of upstream's headers. The generated class {@code io.shearling.llama.Llama} extends this one.
 */
@Properties(
        value =
                @Platform(
                        include = {
                            "ggml.h",
                            "ggml-alloc.h",
                            "ggml-backend.h",
                            "ggml-cpu.h",
                            "ggml-opt.h",
                            "gguf.h",
                            "llama.h"
                        },
                        // Without it a String crosses in the platform's charset and loses what that lacks.
                        define = "STRING_BYTES_CHARSET \"UTF-8\"",
                        library = LlamaPresets.LIBRARY),
        target = "io.shearling.llama",
        global = "io.shearling.llama.Llama")
@NoException
public class LlamaPresets implements InfoMapper {
    static final String LIBRARY = "jnishearlingllama";

    /** Handles: typedefs of pointers to structs that no header defines. JavaCPP knows the struct, not the typedef. */
    private static final Map<String, String> HANDLES = Map.ofEntries(
            Map.entry("ggml_backend_t", "ggml_backend"),
            Map.entry("ggml_backend_buffer_t", "ggml_backend_buffer"),
            Map.entry("ggml_backend_buffer_type_t", "ggml_backend_buffer_type"),
            Map.entry("ggml_backend_dev_t", "ggml_backend_device"),
            Map.entry("ggml_backend_event_t", "ggml_backend_event"),
            Map.entry("ggml_backend_reg_t", "ggml_backend_reg"),
            Map.entry("ggml_backend_sched_t", "ggml_backend_sched"),
            Map.entry("ggml_gallocr_t", "ggml_gallocr"),
            Map.entry("ggml_opt_context_t", "ggml_opt_context"),
            Map.entry("ggml_opt_dataset_t", "ggml_opt_dataset"),
            Map.entry("ggml_opt_result_t", "ggml_opt_result"),
            Map.entry("ggml_threadpool_t", "ggml_threadpool"),
            Map.entry("llama_memory_t", "llama_memory_i"));

    /** Enumerations whose name is a function's too: C++ then wants the word enum before the type. */
    private static final List<String> ENUMS_NAMED_AS_FUNCTIONS =
            List.of("ggml_backend_dev_type", "llama_pooling_type", "llama_vocab_type");

    /** For JavaCPP. */
    public LlamaPresets() {}

    @Override
    public void map(InfoMap infoMap) {
        infoMap.put(new Info("GGML_API", "GGML_BACKEND_API", "LLAMA_API", "GGML_NORETURN", "GGML_RESTRICT", "restrict")
                .cppTypes()
                .annotations());
        HANDLES.forEach((handle, struct) -> infoMap.put(new Info(handle)
                .valueTypes(struct)
                .pointerTypes("@Cast(\"" + handle + "*\") PointerPointer", "@ByPtrPtr " + struct)));
        for (String name : ENUMS_NAMED_AS_FUNCTIONS) {
            String type = "enum " + name;
            infoMap.put(new Info(name, type)
                    .cast()
                    .cppTypes(type)
                    .valueTypes("int")
                    .pointerTypes("IntPointer", "IntBuffer", "int[]"));
        }
        // The functions of this header live in a plug-in, so nothing can be linked with them; llama.h needs the
        // enumeration.
        infoMap.put(new Info("ggml-cpu.h").linePatterns("\\s*enum ggml_numa_strategy \\{", "\\s*\\};"));
        // A struct with a function's name.
        infoMap.put(new Info("struct ggml_backend_graph_copy").pointerTypes("ggml_backend_graph_copy"))
                // A pointer to an array of 16 bytes.
                .put(new Info("ggml_guid_t")
                        .valueTypes("@Cast(\"ggml_guid_t\") BytePointer")
                        .pointerTypes("PointerPointer"))
                // Ends the process, and has a variable number of arguments.
                .put(new Info("ggml_abort").skip())
                // Macros that declare local variables.
                .put(new Info(
                                "GGML_TENSOR_UNARY_OP_LOCALS",
                                "GGML_TENSOR_BINARY_OP_LOCALS",
                                "GGML_TENSOR_TERNARY_OP_LOCALS",
                                "GGML_TENSOR_BINARY_OP_LOCALS01")
                        .skip());
    }
}
