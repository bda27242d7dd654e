# A test that every C and C++ file has the format of .clang-format. Another major version would format otherwise.
find_program(SHEARLING_CLANG_FORMAT NAMES clang-format-19 clang-format)
set(version "")
if(SHEARLING_CLANG_FORMAT)
    execute_process(COMMAND ${SHEARLING_CLANG_FORMAT} --version OUTPUT_VARIABLE version)
endif()
if(version MATCHES "version 19\\.")
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/src/*.h
        ${CMAKE_CURRENT_SOURCE_DIR}/include/shearling/*.h ${CMAKE_CURRENT_SOURCE_DIR}/tests/*.cpp
        ${CMAKE_CURRENT_SOURCE_DIR}/tests/*.h ${CMAKE_CURRENT_SOURCE_DIR}/tests/*.c ${CMAKE_CURRENT_SOURCE_DIR}/probe/*.cpp
        ${CMAKE_CURRENT_SOURCE_DIR}/../cmake/llama/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/../presets/*.cpp)
    add_test(NAME format COMMAND ${SHEARLING_CLANG_FORMAT} --dry-run -Werror ${sources})
else()
    message(STATUS "Shearling: the format of the C++ sources is not checked: there is no clang-format 19 (pip install clang-format==19.1.7)")
endif()
