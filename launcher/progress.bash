# What the user sees of a set-up: one line a step, kept up to date on a terminal. Jobs run in the background, each in a
# process group of its own, and end with the launcher.

step=0 steps=0 label='' began=0

say() { printf 'shearling: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit 1
}

begin() {
    step=$((step + 1)) label="[$step/$steps] $1 " began=$SECONDS
    while [ ${#label} -lt 36 ]; do label=$label.; done
    if [ -t 2 ]; then show ''; else printf '%s\n' "$label" >&2; fi
}

# Replaces the end of the step's line, where there is a terminal to do it on.
show() {
    if [ -t 2 ]; then
        local line="$label $1"
        printf '\r%s\033[K' "${line:0:78}" >&2
    fi
}

end() {
    if [ -t 2 ]; then printf '\r' >&2; fi
    printf '%s %s (%s s)' "$label" "$1" $((SECONDS - began)) >&2
    if [ -t 2 ]; then printf '\033[K' >&2; fi
    printf '\n' >&2
}

# fail LOG: ends the step and the launcher.
fail() {
    end failed
    printf '%s\n' ---- >&2
    tail -n 25 "$1" >&2
    printf '%s\n' ---- >&2
    die "this step failed; the whole output is in $1"
}

log_of() { printf '%s/log/%s-%s.log' "$SHEARLING_CACHE" "$1" $$; }

jobs=() job=''

# start NAME COMMAND...: sets job.
start() {
    local log
    log=$(log_of "$1")
    shift
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    job=$!
    set +m
    jobs+=("$job")
}

stop_jobs() {
    local each
    for each in ${jobs[@]+"${jobs[@]}"}; do kill -TERM -- "-$each" 2>/dev/null || true; done
}
trap stop_jobs EXIT
trap 'if [ -t 2 ]; then echo >&2; fi; exit 130' INT
trap 'exit 143' TERM HUP

running() { kill -0 "$1" 2>/dev/null; }

# follow NAME JOB PROGRESS: shows what PROGRESS makes of the log until the job ends; its status is the job's.
follow() {
    local log
    log=$(log_of "$1")
    while running "$2"; do
        show "$("$3" "$log")"
        sleep 0.3
    done
    wait "$2"
}

ninja_progress() {
    awk '/^-- Shearling: fetching/ { state = "fetching" }
        /^-- Shearling: building/ { state = "configuring" }
        /^\[[0-9]+\/[0-9]+\]/ { sub(/^\[/, ""); sub(/\].*/, ""); state = "built " $0 }
        END { print state }' "$1"
}

maven_progress() {
    awk '/^\[INFO\] Building .*\[[0-9]+\/[0-9]+\]$/ {
            count = $NF; sub(/^\[INFO\] Building /, ""); sub(/ [0-9].*/, ""); state = substr(count, 2, length(count) - 2) " " $0 }
        END { print state }' "$1"
}
