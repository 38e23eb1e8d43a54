#!/bin/bash
# Several files use all cores: four files side by side (-o FOLDER) against the same four one after the other, by wall time in one run.
# usage: benches/files.sh [MEGABYTES_A_FILE]     needs `cargo build --release --bin evpack --example corpus`, python3
set -eu
size=${1:-128}
root=$(cd "$(dirname "$0")/.." && pwd)
evpack=${EVPACK:-$root/target/release/evpack}
corpus=${CORPUS:-$root/target/release/examples/corpus}
. "$root/benches/measure.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for number in 1 2 3 4; do "$corpus" dense "$size" "$number" >"$work/$number.log"; done
measure sh -c 'for n in 1 2 3 4; do "$0" redact -q --force -o "$1/alone/" "$1/$n.log"; done' "$evpack" "$work"
alone=$wall
measure "$evpack" redact -q --force -o "$work/together/" "$work/1.log" "$work/2.log" "$work/3.log" "$work/4.log"
for number in 1 2 3 4; do cmp "$work/alone/$number.log" "$work/together/$number.log"; done
awk -v a="$alone" -v t="$wall" -v c="$(nproc)" 'BEGIN { printf "4 files one by one %.3f s, together %.3f s on %d cores: %.2f times as fast\n", a, t, c, a / t }'
