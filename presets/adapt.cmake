# Lets the classes that JavaCPP has generated load their glue through our loader instead of JavaCPP's, which would read
# its annotations, look through the class path and create a cache folder first:
#   cmake -DJAVA=dir -DPRESETS=class -DLIBRARY=name -P adapt.cmake
cmake_minimum_required(VERSION 3.25)

set(theirs "static { Loader.load(); }")
set(ours "static { io.shearling.natives.NativeLibraries.loadBinding(${PRESETS}.class, \"${LIBRARY}\"); }")
file(GLOB_RECURSE files "${JAVA}/*.java")
if(NOT files)
    message(FATAL_ERROR "Shearling: JavaCPP has generated nothing in ${JAVA}")
endif()
foreach(file IN LISTS files)
    file(READ "${file}" text)
    string(REPLACE "${theirs}" "${ours}" text "${text}")
    string(FIND "${text}" "Loader.load(" found)
    if(NOT found EQUAL -1)
        message(FATAL_ERROR "Shearling: ${file} loads its natives in another way than \"${theirs}\"")
    endif()
    file(WRITE "${file}" "${text}")
endforeach()
