#!/usr/bin/env bash
# Puts CSLM into the menu of this user's desktop: entry, icon and description. With `--remove`: takes it out again.
#
# PROGRAM names the program that the entry starts (default: the one of this source tree, else what the PATH has).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
data="${XDG_DATA_HOME:-$HOME/.local/share}"

entry="$data/applications/cslm.desktop"
icon="$data/icons/hicolor/scalable/apps/cslm.svg"
metainfo="$data/metainfo/cslm.metainfo.xml"

if [ "${1:-}" = --remove ]; then
    rm -f "$entry" "$icon" "$metainfo"
    exit 0
fi

program="${PROGRAM:-$root/.venv/bin/cslm}"
[ -x "$program" ] || program="$(command -v cslm)" || {
    echo "cslm: the program was not found; run make setup first or set PROGRAM=/path/to/cslm." >&2
    exit 1
}
# Quoted as the desktop entry specification wants it, which undoes backslashes twice; % is doubled.
quoted="\"$(printf '%s' "$program" | sed -e 's/\\/\\\\\\\\/g' -e 's/["$`]/\\\\&/g' -e 's/%/%%/g')\""

mkdir -p "$(dirname "$entry")" "$(dirname "$icon")" "$(dirname "$metainfo")"
while IFS= read -r line; do
    case "$line" in
    "Exec=cslm"*) printf 'Exec=%s%s\n' "$quoted" "${line#Exec=cslm}" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$here/cslm.desktop" >"$entry"
cp "$root/assets/icons/cslm.svg" "$icon"
cp "$here/cslm.metainfo.xml" "$metainfo"
if command -v update-desktop-database >/dev/null 2>&1; then update-desktop-database "$(dirname "$entry")"; fi
