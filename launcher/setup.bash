# The set-up: tools, llama.cpp, jars, model. Sourced by the launcher when there is something to do.
# shellcheck source=launcher/progress.bash
. "$root/launcher/progress.bash"
# shellcheck source=launcher/tools.bash
. "$root/launcher/tools.bash"
# shellcheck source=launcher/sample.bash
. "$root/launcher/sample.bash"

readonly MODEL=smollm2-135m

jdk='' major='' oldest_jdk='' jar=''

# One set-up at a time in a working tree; the system frees the lock when the launcher ends.
lock() {
    [ "$(uname -sm)" = 'Linux x86_64' ] || die "this is $(uname -sm); for now Shearling runs on Linux x86_64 alone"
    mkdir -p "$state"
    { mkdir -p "$SHEARLING_CACHE/log" && [ -w "$SHEARLING_CACHE/log" ]; } 2>/dev/null ||
        die "the cache folder $SHEARLING_CACHE cannot be written to; make it writable, or name another one in SHEARLING_CACHE"
    find "$SHEARLING_CACHE/log" -type f -mtime +7 -delete
    exec 9>"$state/lock"
    if command -v flock >/dev/null && ! flock -n 9; then
        say "another set-up runs in $root; waiting for it"
        flock 9
    fi
}

build_command() {
    step=0 steps=3
    lock
    tool_step
    jar_steps
}

build_command_and_model() {
    step=0 steps=5
    lock
    tool_step
    jar_steps
    model_step
    start_step
}

build_command_and_convert() {
    step=0 steps=4
    lock
    tool_step
    jar_steps
    conversion_step
}

# Only what makes the next ones quicker: where it cannot be done now, the conversion goes on without.
convert_first() {
    step=0 steps=1
    [ -w "$SHEARLING_CACHE/log" ] || return 0
    exec 9>"$state/lock"
    if command -v flock >/dev/null && ! flock -n 9; then return 0; fi
    if chosen && [ ! -e "$state/convert.tried" ]; then conversion_step; fi
}

# ---- llama.cpp and the jars ---------------------------------------------------------------------------------------

# cmake_project FOLDER BUILD: configures, which builds llama.cpp into the cache.
cmake_project() { cmake -G Ninja -S "$root/$1" -B "$2"; }

llama_step() {
    begin "llama.cpp $(sed -n 's/.*PIN TAG \([^ ]*\).*/\1/p' "$root/cmake/pin.cmake")"
    follow llama ninja_progress "${1:-}" || fail llama
    end built
}

# llama.cpp compiles while Maven fetches its plug-ins and compiles what needs no natives; the build of native/ waits for
# llama.cpp by itself.
jar_steps() {
    sources >"$state/building"
    start llama cmake_project cmake/runtime "$state/llama"
    start maven maven_build package -pl java/cli -am -P '!errorprone' -Dmaven.test.skip=true -DskipTests \
        -Dshearling.native.tests=OFF -Dspotless.check.skip=true
    llama_step maven
    begin "bindings and jars"
    follow maven maven_progress || fail maven
    take_jar
    end built
    mv "$state/building" "$state/built"
}

# Copies the command's jar to where no later build touches it under a running JVM.
take_jar() {
    local built
    built=$(find "$root/java/cli/target" -maxdepth 1 -name 'shearling-cli-*-all.jar' | head -n 1)
    [ -n "$built" ] || die "the build has left no executable jar in java/cli/target"
    jar=$state/shearling.jar
    rm -f "$state"/*.aot "$state"/*.jsa "$state"/*.tried
    cp "$built" "$jar.part"
    mv "$jar.part" "$jar"
    printf '%s\n' "$jdk" "$major" "${JAVA_HOME:-}" "$jar" >"$state/chosen"
}

# maven ARGUMENTS: Maven on the chosen JDK, in the folder of the sources, at home where HOME says.
maven() {
    local options="${MAVEN_OPTS:-} -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    if [ "$major" -ge 24 ]; then
        options+=' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow'
    fi
    # Java asks the system's user database for the home folder, not HOME; the options cannot hold a blank.
    case $HOME in *[[:space:]]*) ;; *) options+=" -Duser.home=$HOME" ;; esac
    (cd "$root" && JAVA_HOME=$jdk MAVEN_OPTS=$options mvn -B -ntp "$@")
}

# maven_build ARGUMENTS: once all that such a build needs has been fetched it runs without the network.
maven_build() {
    local key mark log
    key=$(cd "$root" && {
        printf '%s\n' "$major" "$HOME" "$*"
        find . -name target -prune -o -name pom.xml -print0 | sort -z | xargs -0 cat
    } | sha256sum | cut -c1-16)
    mark=$SHEARLING_CACHE/maven/$key
    log=$SHEARLING_CACHE/log/offline-$$.log
    if [ -f "$mark" ]; then
        if maven -o "$@" | tee "$log"; then return; fi
        grep -q -e 'in offline mode' "$log" || return 1
        rm -f "$mark"
        say "something has gone from Maven's repository; fetching it"
    fi
    maven "$@" || return 1
    mkdir -p "${mark%/*}"
    touch "$mark"
}

# ---- the model ----------------------------------------------------------------------------------------------------

readonly jvm=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable)

# On a terminal the command shows its own bar, elsewhere its messages go to the log.
model_step() {
    local pull=("$jdk/bin/java" "${jvm[@]}" -jar "$jar" pull "$MODEL")
    begin "model $MODEL"
    if [ -t 2 ]; then
        "${pull[@]}" >/dev/null </dev/null || die "the model $MODEL is not here; the line above says why"
    else
        start model "${pull[@]}"
        follow model last_line || fail model
    fi
    end "here, sha256 checked"
}

# ---- what the JVM learns ------------------------------------------------------------------------------------------

# learn KIND ARGUMENTS: runs the command and keeps what makes later starts of its kind quicker: the classes it took, and
# since JDK 25 where it spent its time. Options that choose the garbage collector must be those of the launcher. It is
# tried once: there are JVMs and options with which nothing can be kept.
learn() {
    local kind=$1 java=("$jdk/bin/java" -XX:+UseSerialGC -Xlog:disable) status=0
    shift
    : >"$state/$kind.tried"
    if [ "$major" -ge 25 ]; then
        "${java[@]}" -XX:AOTMode=record "-XX:AOTConfiguration=$state/$kind.seen" -jar "$jar" "$@" &&
            "${java[@]}" -XX:AOTMode=create "-XX:AOTConfiguration=$state/$kind.seen" "-XX:AOTCache=$state/$kind.part" \
                -jar "$jar" &&
            mv "$state/$kind.part" "$state/$kind.aot" || status=$?
    else
        "${java[@]}" "-XX:ArchiveClassesAtExit=$state/$kind.part" -jar "$jar" "$@" &&
            mv "$state/$kind.part" "$state/$kind.jsa" || status=$?
    fi
    rm -f "$state/$kind.seen" "$state/$kind.part"
    return $status
}

# Generates one token. It also has the model tried once in a process of its own, which is remembered.
start_step() {
    begin "first start"
    start first run_first
    follow first last_line || fail first
    end works
}

run_first() {
    local run=(run -q -m "$MODEL" --max-tokens 1 --temperature 0 Sheep)
    learn run "${run[@]}" || "$jdk/bin/java" "${jvm[@]}" -jar "$jar" "${run[@]}"
}

conversion_step() {
    begin "first conversion"
    start conversion convert_sample
    if follow conversion last_line; then end works; else end "nothing learnt"; fi
}

convert_sample() {
    local sample=$state/sample status=0
    rm -rf "$sample"
    sample_checkpoint "$sample" && learn convert convert "$sample" -o "$sample.gguf" --type q8_0 || status=$?
    rm -rf "$sample" "$sample.gguf"
    : >"$state/convert.tried"
    return $status
}

# ---- tests and comparisons ----------------------------------------------------------------------------------------

readonly reference=$root/native/target/reference

reference_step() {
    begin "reference tools"
    start reference cmake_project cmake/reference "$reference"
    follow reference ninja_progress || fail reference
    end built
}

# The tools lie in the cache: the note of where holds as long as they are there and cmake/ is as it was.
reference_is_current() {
    [ -f "$reference/bin.txt" ] && [ -x "$(cat "$reference/bin.txt")/llama-bench" ] &&
        [ -z "$(find "$root/cmake" -newer "$reference/bin.txt" -print -quit)" ]
}

build_reference() {
    step=0 steps=2
    if ! reference_is_current; then
        lock
        tool_step
        reference_step
    fi
    SHEARLING_REFERENCE=$(cat "$reference/bin.txt")
    export SHEARLING_REFERENCE
}

# The library of the tests, which makes the fixtures; its classes are used where they lie.
build_testkit() {
    step=0 steps=2
    lock
    tool_step
    begin "the library of the tests"
    start maven maven_build package -pl java/testkit -am -P '!errorprone' -Dmaven.test.skip=true -DskipTests \
        -Dshearling.native.tests=OFF -Dspotless.check.skip=true
    follow maven maven_progress || fail maven
    touch "$state/testkit"
    end built
}

print_reference() {
    build_reference
    printf '%s\n' "$SHEARLING_REFERENCE"
}

# run_tests ARGUMENTS: those of Maven. With the profile reference only the comparisons run, on one JDK.
run_tests() {
    local arguments=()
    case " $* " in *' -Preference '* | *' -P reference '*) steps=3 ;; *) steps=2 ;; esac
    lock
    tool_step test
    if [ $steps = 3 ]; then
        reference_step
        arguments=("-Dshearling.reference.bin=$(cat "$reference/bin.txt")")
    elif [ -n "$oldest_jdk" ]; then
        arguments=("-Dshearling.test.jvm.oldest=$oldest_jdk/bin/java")
    fi
    start llama cmake_project cmake/runtime "$state/llama"
    llama_step
    maven_build verify ${arguments[@]+"${arguments[@]}"} "$@"
}
