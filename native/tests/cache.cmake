# Run with cmake -P: that the build of llama.cpp in the cache needs nothing of the working tree that began it. A clone that
# finds it there may come after that tree has gone.
#   BUILD   the build's folder      TREE   this working tree
cmake_minimum_required(VERSION 3.25)
file(STRINGS ${BUILD}/build.ninja edges REGEX "^build build.ninja:")
if(NOT edges)
    message(FATAL_ERROR "${BUILD}/build.ninja: no rule makes it anew; what does now?")
endif()
string(FIND "${BUILD}" "${TREE}/" inside)
file(STRINGS ${BUILD}/build.ninja lines REGEX "^(build|  COMMAND) ")
foreach(line IN LISTS lines)
    string(FIND "${line}" "${TREE}/" at)
    if(NOT at EQUAL -1 AND inside EQUAL -1)
        string(SUBSTRING "${line}" ${at} 80 path)
        message(FATAL_ERROR "${BUILD}/build.ninja names a file of the working tree: ${path}")
    endif()
endforeach()
