# The core's tests under gcc's or clang's sanitizers, in a build folder of their own:
#   cmake -DSANITIZE=address,undefined -P native/tests/sanitize.cmake
#   cmake -DSANITIZE=thread -P native/tests/sanitize.cmake
# The core, its tests and its headers are watched; llama.cpp comes from the cache as it is.
cmake_minimum_required(VERSION 3.25)
if(NOT SANITIZE)
    message(FATAL_ERROR "say which: cmake -DSANITIZE=address,undefined -P native/tests/sanitize.cmake")
endif()
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH native)
string(REPLACE "," "-" name ${SANITIZE})
set(build ${native}/target/sanitize-${name})
execute_process(COMMAND ${CMAKE_COMMAND} -G Ninja -S ${native} -B ${build} -DCMAKE_BUILD_TYPE=RelWithDebInfo
    -DCMAKE_INSTALL_PREFIX=${build}/install -DSHEARLING_SANITIZE=${SANITIZE} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${build} COMMAND_ERROR_IS_FATAL ANY)
set(ENV{LSAN_OPTIONS} "suppressions=${native}/tests/leaks.supp:print_suppressions=0")
# Plug-ins of the tests die of signals on purpose, and that has to look as it does without a sanitizer.
set(ENV{ASAN_OPTIONS} "handle_segv=0:detect_stack_use_after_return=1:check_initialization_order=1:strict_init_order=1")
set(ENV{UBSAN_OPTIONS} "print_stacktrace=1")
# ggml's threads wait for each other with atomics, which are only seen where they are compiled to be.
set(ENV{TSAN_OPTIONS} "ignore_noninstrumented_modules=1:handle_segv=0:halt_on_error=1:second_deadlock_stack=1")
execute_process(COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${build} --output-on-failure --parallel 2
    COMMAND_ERROR_IS_FATAL ANY)
