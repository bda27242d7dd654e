# Finds the tools of the build, and gets those that are missing: with apt as root, cmake and ninja as wheels otherwise.

readonly tools=$SHEARLING_CACHE/tools
# cmake and ninja for machines that lack them; the formatter of the C++ sources, whose major version decides its output.
readonly CMAKE_WHEEL=cmake==3.31.10 NINJA_WHEEL=ninja==1.13.0 CLANG_FORMAT_WHEEL=clang-format==19.1.7

missing=()

at_least() { [ -n "$1" ] && [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# version_of COMMAND...: the first version number that it prints.
version_of() {
    "$@" 2>/dev/null | awk '!seen && match($0, /(^| )[0-9]+(\.[0-9]+)*/) {
        word = substr($0, RSTART, RLENGTH); sub(/ /, "", word); print word; seen = 1 }' || true
}

# The feature release of a JDK, empty where the folder has none that can compile Java and JNI.
jdk_major() {
    if [ -x "$1/bin/javac" ] && [ -f "$1/include/jni.h" ]; then
        if [ -f "$1/release" ]; then
            sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
        else
            version_of "$1/bin/javac" -version | cut -d. -f1
        fi
    fi
}

# Lists "release folder" of every JDK that will do.
list_jdks() {
    local dir version javac
    javac=$(command -v javac || true)
    if [ -n "$javac" ]; then
        javac=$(readlink -f "$javac")
        javac=${javac%/bin/javac}
    fi
    for dir in "$javac" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        if [ -d "$dir" ]; then readlink -f "$dir"; fi
    done | sort -u | while read -r dir; do
        version=$(jdk_major "$dir")
        if [ "${version:-0}" -ge 17 ]; then printf '%s %s\n' "$version" "$dir"; fi
    done
}

# Sets jdk and major (the newest), and oldest_jdk (empty where there is one release only). A JAVA_HOME that will do is
# taken for everything.
find_jdks() {
    local list='' version=0
    if [ -n "${JAVA_HOME:-}" ]; then
        version=$(jdk_major "$JAVA_HOME")
        if [ "${version:-0}" -ge 17 ]; then
            list="$version $JAVA_HOME"
        else
            say "JAVA_HOME is ignored: $JAVA_HOME is no JDK of release 17 or newer"
        fi
    fi
    if [ -z "$list" ]; then list=$(list_jdks | sort -rn -k1,1); fi
    read -r major jdk <<<"${list%%$'\n'*}"
    read -r version oldest_jdk <<<"${list##*$'\n'}"
    if [ "$version" = "$major" ]; then oldest_jdk=''; fi
    [ -n "$jdk" ]
}

maven_runs() { [ -n "$jdk" ] && at_least "$(JAVA_HOME=$jdk version_of mvn -v)" 3.8; }

cmake_runs() { at_least "$(version_of cmake --version)" 3.25; }

ninja_runs() { at_least "$(version_of ninja --version)" 1.10; }

compiler_runs() {
    local compiler=${CXX:-c++}
    if [ -z "${CXX:-}" ] && ! command -v c++ >/dev/null && command -v clang++ >/dev/null; then
        export CC=clang CXX=clang++
        compiler=clang++
    fi
    # shellcheck disable=SC2086 # CXX may hold options
    at_least "$(version_of $compiler -dumpfullversion -dumpversion)" 11
}

# The pinned source comes from the npm package or upstream's git, once.
source_reachable() {
    local tree
    tree=$(sed -n 's/.* TREE \([0-9a-f]*\).*/\1/p' "$root/cmake/pin.cmake")
    [ -f "$SHEARLING_CACHE/llama.cpp/$tree/CMakeLists.txt" ] || command -v npm >/dev/null ||
        GIT_TERMINAL_PROMPT=0 timeout 20 git ls-remote -q https://github.com/ggml-org/llama.cpp.git HEAD >/dev/null 2>&1
}

pip() { if python3 -m pip --version >/dev/null 2>&1; then python3 -m pip "$@"; else command pip3 "$@"; fi; }

pip_runs() { pip --version >/dev/null 2>&1; }

jdk_package() {
    if apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1; then
        echo openjdk-17-jdk-headless
    else
        echo default-jdk-headless
    fi
}

# Fills missing with Debian's names of what is not there.
look_for_tools() {
    missing=()
    find_jdks || missing+=("$(jdk_package)")
    maven_runs || missing+=(maven)
    cmake_runs || missing+=(cmake)
    ninja_runs || missing+=(ninja-build)
    compiler_runs || missing+=(g++)
    command -v git >/dev/null || missing+=(git)
    pip_runs || missing+=(python3-pip)
    if ! command -v git >/dev/null || ! source_reachable; then missing+=(npm); fi
}

from_apt() {
    apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# from_wheel WHEEL PROGRAM: puts the program of a wheel into the cache.
from_wheel() {
    local place=$tools/$1 program
    if [ ! -d "$place" ]; then
        rm -rf "$place.part"
        pip install --quiet --disable-pip-version-check --no-input --only-binary :all: --no-deps \
            --target "$place.part" "$1" && mv "$place.part" "$place" || return 1
    fi
    program=$(find "$place" -path "*/data/bin/$2" -o -path "$place/bin/$2" | sort -r | head -n 1)
    mkdir -p "$tools/bin" && ln -sfn "$program" "$tools/bin/$2"
}

from_wheels() {
    case " $* " in *' cmake '*) from_wheel "$CMAKE_WHEEL" cmake ;; esac
    case " $* " in *' ninja-build '*) from_wheel "$NINJA_WHEEL" ninja ;; esac
}

# tool_step [test]: sees to the tools, for the tests also to those that only more checks need.
tool_step() {
    local wanted
    begin tools
    PATH=$tools/bin:$PATH
    look_for_tools
    wanted=(${missing[@]+"${missing[@]}"})
    if [ "${1:-}" = test ] && [ ! -f /usr/include/gtest/gtest.h ]; then wanted+=(libgtest-dev); fi
    if [ ${#wanted[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        start apt from_apt "${wanted[@]}"
        follow apt last_line || true
        look_for_tools
    fi
    case " ${missing[*]:-} " in
        *' cmake '* | *' ninja-build '*)
            if pip_runs; then
                start wheels from_wheels "${missing[@]}"
                follow wheels last_line || true
                look_for_tools
            fi
            ;;
    esac
    if [ ${#missing[@]} -gt 0 ]; then
        end "missing: ${missing[*]}"
        die "install what is missing, then type the command again: sudo apt-get install -y ${missing[*]}"
    fi
    if [ "${1:-}" = test ] && ! formatter_runs && pip_runs; then
        start wheels from_wheel "$CLANG_FORMAT_WHEEL" clang-format
        follow wheels last_line || true
    fi
    end "JDK $major, Maven, CMake, Ninja, C++ compiler, git, pip"
    if [ "${1:-}" = test ]; then say_what_does_not_run; fi
}

formatter_runs() { [ "$(version_of clang-format --version)" = "${CLANG_FORMAT_WHEEL#*==}" ]; }

say_what_does_not_run() {
    [ "$major" -ge 21 ] || say "Error Prone and NullAway do not run: they need JDK 21 or newer, here is $major"
    [ -n "$oldest_jdk" ] || say "the tests run on JDK $major alone: there is no JDK of another release"
    [ -f /usr/include/gtest/gtest.h ] || say "the C++ tests do not run: sudo apt-get install libgtest-dev"
    formatter_runs || say "the format of the C++ sources is not checked: there is no $CLANG_FORMAT_WHEEL"
}
