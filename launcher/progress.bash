# What the user sees of a set-up: one line a step, kept up to date on a terminal. Jobs run in the background, each in a
# process group of its own, and end with the launcher.

step=0 steps=0 label='' began=0 line_is_open=false

say() {
    if $line_is_open; then printf '\n' >&2; fi
    line_is_open=false
    printf 'shearling: %s\n' "$*" >&2
}

die() {
    say "$@"
    exit 1
}

begin() {
    step=$((step + 1)) label="[$step/$steps] $1 " began=$SECONDS
    while [ ${#label} -lt 36 ]; do label=$label.; done
    printf '%s' "$label" >&2
    line_is_open=true
}

# Replaces the end of the step's line, where there is a terminal to do it on.
show() {
    if [ -t 2 ]; then
        local line="$label $1"
        printf '\r%s\033[K' "${line:0:78}" >&2
    fi
}

end() {
    show ''
    if ! $line_is_open; then printf '%s' "$label" >&2; fi
    printf ' %s (%s s)\n' "$1" $((SECONDS - began)) >&2
    line_is_open=false
}

log_of() { printf '%s/log/%s-%s.log' "$SHEARLING_CACHE" "$1" $$; }

# fail JOB: ends the step and the launcher.
fail() {
    end failed
    printf '%s\n' ---- >&2
    tail -n 25 "$(log_of "$1")" >&2
    printf '%s\n' ---- >&2
    die "this step failed; the whole output is in $(log_of "$1")"
}

declare -gA jobs=() # global: a function sources this file

# start JOB COMMAND...: its output goes to a log in the cache, its status beside that.
start() {
    local log
    log=$(log_of "$1")
    : >"$log" # who follows it may be sooner than the job
    set -m
    {
        status=0
        "${@:2}" || status=$?
        printf '%s\n' $status >"$log.status"
    } >"$log" 2>&1 </dev/null 9>&- &
    jobs[$1]=$!
    set +m
}

stop_jobs() {
    local each
    for each in "${!jobs[@]}"; do
        kill -TERM -- "-${jobs[$each]}" 2>/dev/null || true
        rm -f "$(log_of "$each").status"
    done
}
trap stop_jobs EXIT
trap 'if $line_is_open; then echo >&2; fi; exit 130' INT
trap 'exit 143' TERM HUP

failed() { [ -f "$(log_of "$1").status" ] && [ "$(cat "$(log_of "$1").status")" != 0 ]; }

# follow JOB PROGRESS [OTHER]: shows what PROGRESS makes of the log until the job ends; false when it failed. A failure
# of the other job ends the launcher at once.
follow() {
    while kill -0 "${jobs[$1]}" 2>/dev/null; do
        show "$("$2" "$(log_of "$1")")"
        if [ -n "${3:-}" ] && failed "$3"; then fail "$3"; fi
        sleep 0.4
    done
    unset "jobs[$1]"
    if [ ! -f "$(log_of "$1").status" ] || failed "$1"; then return 1; fi
    rm "$(log_of "$1").status"
}

last_line() { tail -n 1 "$1"; }

ninja_progress() {
    awk '/^-- Shearling: fetching/ { state = "fetching" }
        /^-- Shearling: building/ { state = "configuring" }
        /^\[[0-9]+\/[0-9]+\]/ { sub(/^\[/, ""); sub(/\].*/, ""); state = "built " $0 }
        END { print state }' "$1"
}

maven_progress() {
    awk '/^\[INFO\] Building .*\[[0-9]+\/[0-9]+\]$/ {
            count = substr($NF, 2, length($NF) - 2)
            sub(/^\[INFO\] Building /, ""); sub(/ [0-9].*/, "")
            state = count " " $0 }
        END { print state }' "$1"
}
