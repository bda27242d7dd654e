# A test that every C and C++ file has the format of .clang-format. Another major version would format otherwise.
find_program(SHEARLING_CLANG_FORMAT NAMES clang-format-19 clang-format)
set(version "")
if(SHEARLING_CLANG_FORMAT)
    execute_process(COMMAND ${SHEARLING_CLANG_FORMAT} --version OUTPUT_VARIABLE version)
endif()
if(version MATCHES "version 19\\.")
    set(native ${CMAKE_CURRENT_SOURCE_DIR})
    file(GLOB sources CONFIGURE_DEPENDS ${native}/src/*.cpp ${native}/src/*.h
        ${native}/src/block_kernels/*.cpp ${native}/src/block_kernels/*.h ${native}/include/shearling/*.h
        ${native}/probe/*.cpp ${native}/probe/*.h ${native}/tests/*.cpp ${native}/tests/*.h ${native}/tests/*.c
        ${native}/tests/plugins/*.cpp ${native}/../cmake/llama/*.cpp ${native}/../presets/*.cpp)
    add_test(NAME format COMMAND ${SHEARLING_CLANG_FORMAT} --dry-run -Werror ${sources})
else()
    message(STATUS "Shearling: the format of the C++ sources is not checked: there is no clang-format 19 (pip install clang-format==19.1.7)")
endif()
