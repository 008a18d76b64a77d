#!/usr/bin/env bash
# Makes the virtual environment that the Makefile's targets run in. With the argument `lock`: writes requirements.lock;
# with `tools`: installs the programs that give the tests a virtual screen and sound card.
#
# The environment is used again as long as it works; without a change of the lock no network is needed.
# Settings: VENV (folder, default .venv), PYTHON (interpreter), TORCH_INDEX (an extra index with builds of torch).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

VENV="${VENV:-.venv}"
LOCK_STAMP="$VENV/.stamp-lock"
PROJECT_STAMP="$VENV/.stamp-project"

say() { printf '%s\n' "cslm: $*" >&2; }
fail() { say "$*"; exit 1; }

suits() { # is $1 a Python that the project runs on?
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' >/dev/null 2>&1
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3.12 /usr/bin/python3.11 /usr/bin/python3.12 python3; do
        if [ -n "$candidate" ] && suits "$candidate"; then printf '%s' "$candidate"; return; fi
    done
    fail "Python 3.11 or 3.12 was not found; install it (Debian: apt install python3.11 python3.11-venv) or set PYTHON=/path/to/python."
}

# apt, only where it may be used without asking: as root, or by sudo that needs no password.
apt_command() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" = 0 ]; then
        APT=(env DEBIAN_FRONTEND=noninteractive apt-get)
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        APT=(sudo -n env DEBIAN_FRONTEND=noninteractive apt-get)
    else
        return 1
    fi
}

apt_install() { # a failure is told by the exit code; what apt says is kept for that case
    local log
    apt_command || return 1
    log="$(mktemp)"
    if "${APT[@]}" install -y --no-install-recommends "$@" >"$log" 2>&1 ||
        { "${APT[@]}" update >>"$log" 2>&1 && "${APT[@]}" install -y --no-install-recommends "$@" >>"$log" 2>&1; }; then
        rm -f "$log"
        return 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
}

make_venv() { # $1 interpreter, $2 folder
    rm -rf "$2"
    if ! "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        local package
        package="python$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        say "installing the system package $package"
        apt_install "$package" ||
            fail "Python's venv module is missing; run 'sudo apt install $package' and start again."
    fi
    "$1" -m venv "$2" || fail "The virtual environment in $2 could not be made; the lines above say why."
}

has_library() { # does the dynamic linker know a library whose name begins with $1?
    { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep -q "$1"
}

system_libraries() { # what does not come inside the Python packages: PortAudio for sound, and what Qt draws a window with
    [ "$(uname -s)" = Linux ] || return 0
    local pair missing=()
    for pair in libportaudio.so:libportaudio2 libEGL.so:libegl1 libGL.so:libgl1 libxkbcommon-x11.so:libxkbcommon-x11-0 \
        libxcb-cursor.so:libxcb-cursor0 libxcb-icccm.so:libxcb-icccm4 libxcb-keysyms.so:libxcb-keysyms1 \
        libxcb-shape.so:libxcb-shape0 libxcb-image.so:libxcb-image0 libxcb-render-util.so:libxcb-render-util0 \
        libdbus-1.so:libdbus-1-3 libfontconfig.so:libfontconfig1 libglib-2.0.so:libglib2.0-0; do
        has_library "${pair%%:*}" || missing+=("${pair#*:}")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "installing system libraries: ${missing[*]}"
    apt_install "${missing[@]}" ||
        say "not installed: ${missing[*]}; the command line works with files, the window or the microphone may not (sudo apt install ${missing[*]})."
}

fingerprint() { # of the interpreter $1 and the files $2...
    local python="$1"
    shift
    { cat "$@"; "$python" -VV; pwd; } |
        "$python" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'
}

holds() { # does the stamp file $1 say $2?
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

stamp() { # $1 file, $2 what it says from now on
    printf '%s\n' "$2" >"$1.tmp"
    mv "$1.tmp" "$1"
}

if [ "${1:-}" = lock ]; then
    python="$(find_python)"
    work="$(mktemp -d)"
    trap 'rm -rf "$work"' EXIT
    make_venv "$python" "$work/venv"
    "$work/venv/bin/python" -m pip install -qq --upgrade pip
    "$work/venv/bin/python" -m pip install -qq --dry-run --ignore-installed \
        --constraint packaging/constraints.txt --report "$work/report.json" '.[dev]'
    "$work/venv/bin/python" packaging/lock.py "$work/report.json" requirements.lock
    exit 0
fi

if [ "${1:-}" = tools ]; then
    missing=()
    for pair in Xvfb:xvfb pulseaudio:pulseaudio pactl:pulseaudio-utils; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || missing+=("${pair#*:}")
    done
    has_alsa_plugin() { compgen -G "/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so" >/dev/null; }
    has_alsa_plugin || missing+=(libasound2-plugins)
    [ "${#missing[@]}" -gt 0 ] || exit 0
    say "installing ${missing[*]}"
    apt_install "${missing[@]}" ||
        say "not installed: ${missing[*]}; the tests that need a virtual screen or sound card are left out."
    exit 0
fi

[ -f requirements.lock ] || fail "requirements.lock is missing; this is not a whole copy of the project."

done_already() {
    [ -x "$VENV/bin/python" ] && suits "$VENV/bin/python" &&
        holds "$LOCK_STAMP" "$(fingerprint "$VENV/bin/python" requirements.lock)" &&
        holds "$PROJECT_STAMP" "$(fingerprint "$VENV/bin/python" pyproject.toml)"
}

if done_already; then exit 0; fi
if command -v flock >/dev/null 2>&1; then # two commands started at once must not build the same folder
    exec 9>"$VENV.lock"
    flock 9
    if done_already; then exit 0; fi
fi

# An environment that works is kept and brought up to date: what it has already needs no network.
if ! suits "$VENV/bin/python" || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
    python="$(find_python)"
    say "setting up $VENV (once; a few minutes)"
    make_venv "$python" "$VENV"
fi
python="$VENV/bin/python"
if ! holds "$LOCK_STAMP" "$(fingerprint "$python" requirements.lock)"; then
    system_libraries
    index=()
    if [ -n "${TORCH_INDEX:-}" ]; then index=(--extra-index-url "$TORCH_INDEX"); fi
    "$python" -m pip install -qq --disable-pip-version-check ${index[@]+"${index[@]}"} -r requirements.lock ||
        fail "The Python packages could not be installed; check the network and run the command again."
    stamp "$LOCK_STAMP" "$(fingerprint "$python" requirements.lock)"
fi
"$python" -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable . ||
    fail "The project itself could not be installed; the lines above say why."
stamp "$PROJECT_STAMP" "$(fingerprint "$python" pyproject.toml)"
say "ready"
