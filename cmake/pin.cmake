# The pinned llama.cpp. A bump is this one line; the tree id is what decides whether a source is the right one.
set(SHEARLING_PIN TAG v0.5.0 TREE fd570ef54b10ec5fecb739e7e04c8ce44a6f415a NPM node-llama-cpp@3.22.1)

cmake_parse_arguments(PIN "" "TAG;TREE;NPM" "" ${SHEARLING_PIN})
set(PIN_GIT https://github.com/ggml-org/llama.cpp.git)

# Where sources and builds are kept between clean clones: one folder a user, outside every tree.
function(shearling_cache_dir out)
    if(DEFINED ENV{SHEARLING_CACHE} AND NOT "$ENV{SHEARLING_CACHE}" STREQUAL "")
        set(dir "$ENV{SHEARLING_CACHE}")
    elseif(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
        set(dir "$ENV{XDG_CACHE_HOME}/shearling")
    elseif(APPLE OR CMAKE_HOST_APPLE)
        set(dir "$ENV{HOME}/Library/Caches/shearling")
    elseif(CMAKE_HOST_WIN32)
        set(dir "$ENV{LOCALAPPDATA}/shearling")
    else()
        set(dir "$ENV{HOME}/.cache/shearling")
    endif()
    file(TO_CMAKE_PATH "${dir}" dir)
    set(${out} "${dir}" PARENT_SCOPE)
endfunction()
