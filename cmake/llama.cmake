# Builds llama.cpp once per (tree, patches, compiler, flags) into the user's cache and says where the result lies.
include(${CMAKE_CURRENT_LIST_DIR}/source.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/variants.cmake)

set(SHEARLING_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

# A build knows where it lies, and CMake refuses one that was moved: it is made again.
function(shearling_forget_moved_build build)
    if(NOT EXISTS "${build}/CMakeCache.txt")
        return()
    endif()
    file(STRINGS "${build}/CMakeCache.txt" place REGEX "^CMAKE_CACHEFILE_DIR:INTERNAL=" LIMIT_COUNT 1)
    string(REPLACE "CMAKE_CACHEFILE_DIR:INTERNAL=" "" place "${place}")
    file(REAL_PATH "${place}" place)
    file(REAL_PATH "${build}" here)
    if(NOT place STREQUAL here)
        message(STATUS "Shearling: ${build} was moved from ${place}; llama.cpp is built again")
        file(REMOVE_RECURSE "${build}")
    endif()
endfunction()

function(shearling_build_in_cache name source source_id out)
    cmake_parse_arguments(ARG "" "" "OPTIONS;TARGETS" ${ARGN})
    # What decides the outcome of a build decides its folder.
    file(SHA256 "${SHEARLING_CMAKE_DIR}/llama/CMakeLists.txt" recipe)
    file(SHA256 "${SHEARLING_CMAKE_DIR}/llama/load.cpp" load)
    file(SHA256 "${SHEARLING_CMAKE_DIR}/variants.cmake" variants)
    string(SHA256 key "${PIN_TREE};${source_id};${CMAKE_C_COMPILER_ID};${CMAKE_C_COMPILER};${CMAKE_C_COMPILER_VERSION};${CMAKE_CXX_COMPILER};${CMAKE_CXX_COMPILER_VERSION};${CMAKE_C_FLAGS};${CMAKE_CXX_FLAGS};${recipe};${load};${variants};${ARG_OPTIONS}")
    string(SUBSTRING ${key} 0 16 key)
    shearling_cache_dir(cache)
    set(build "${cache}/build/${name}-${key}")
    file(MAKE_DIRECTORY "${cache}/build")
    file(LOCK "${build}.lock" GUARD FUNCTION)
    shearling_forget_moved_build("${build}")
    if(NOT EXISTS "${build}/build.ninja")
        # The build outlives the working tree that began it, so it has a recipe of its own.
        file(COPY "${SHEARLING_CMAKE_DIR}/llama" "${SHEARLING_CMAKE_DIR}/variants.cmake" DESTINATION "${build}/recipe")
        execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${build}/recipe/llama -B ${build}
            -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
            "-DCMAKE_C_FLAGS=${CMAKE_C_FLAGS}" "-DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS}"
            -DCMAKE_MAKE_PROGRAM=${CMAKE_MAKE_PROGRAM} -DLLAMA_SOURCE=${source} ${ARG_OPTIONS}
            RESULT_VARIABLE failed OUTPUT_FILE ${build}.log ERROR_FILE ${build}.log)
        if(failed)
            file(REMOVE "${build}/build.ninja")
            message(FATAL_ERROR "Shearling: llama.cpp could not be configured; the output is in ${build}.log")
        endif()
    endif()
    execute_process(COMMAND ${CMAKE_COMMAND} --build ${build} --target ${ARG_TARGETS} RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "Shearling: llama.cpp could not be built in ${build}; the compiler's output is above")
    endif()
    set(${out} "${build}" PARENT_SCOPE)
endfunction()

# The libraries and CPU plug-ins of the runtime. Sets SHEARLING_LLAMA (source), SHEARLING_LLAMA_BIN (libraries) and
# SHEARLING_CPU_PLUGINS (names of the plug-ins asked for).
macro(shearling_llama_runtime)
    shearling_buildable_variants(_variants)
    if(SHEARLING_ALL_CPU_VARIANTS)
        set(_wanted ${_variants})
    else()
        shearling_best_variant("${_variants}" _best)
        set(_wanted x64 ${_best})
        list(REMOVE_DUPLICATES _wanted)
    endif()
    set(SHEARLING_CPU_PLUGINS ${_wanted})
    list(TRANSFORM SHEARLING_CPU_PLUGINS PREPEND ggml-cpu-)
    shearling_llama_source(_source)
    shearling_patched_source("${_source}" "${SHEARLING_CMAKE_DIR}/../native/patches" SHEARLING_LLAMA _source_id)
    message(STATUS "Shearling: building llama.cpp ${PIN_TAG} (${_source_id}), CPU variants: ${_wanted}")
    shearling_build_in_cache(runtime "${SHEARLING_LLAMA}" "${_source_id}" _build TARGETS llama llama-common ${SHEARLING_CPU_PLUGINS})
    set(SHEARLING_LLAMA_BIN "${_build}/bin")
endmacro()

# Upstream's own tools from the unpatched tree, for comparisons. Sets SHEARLING_REFERENCE_BIN.
macro(shearling_llama_reference)
    shearling_buildable_variants(_variants)
    shearling_best_variant("${_variants}" _best)
    shearling_llama_source(_source)
    message(STATUS "Shearling: building the reference tools of llama.cpp ${PIN_TAG} for ${_best}")
    shearling_build_in_cache(reference "${_source}" "unpatched" _build
        OPTIONS -DREFERENCE=ON -DCPU_VARIANTS=${_best}
        TARGETS llama-bench llama-quantize llama-perplexity llama-imatrix llama-completion llama-server llama-tokenize llama-results
            ggml-rpc-server llama-load)
    set(SHEARLING_REFERENCE_BIN "${_build}/bin")
endmacro()
