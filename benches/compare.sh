#!/bin/sh
# Measures `evpack redact` as a whole process beside cat, rg and sed, on seeded corpora; prints MB/s and ratios of one run.
# usage: benches/compare.sh [MEGABYTES]     (needs `cargo build --release --bin evpack --example corpus`)
set -eu
size=${1:-256}
root=$(cd "$(dirname "$0")/.." && pwd)
evpack=${EVPACK:-$root/target/release/evpack}
corpus=${CORPUS:-$root/target/release/examples/corpus}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
patterns='sk-ant- ghp_ AKIA xoxb- glpat- AIza ya29. eyJ -----BEGIN Bearer password= token= secret= api_key= npm_ pypi- hvs. dckr_pat_ sk_live_ SG. AccountKey= sig= Cookie: postgres:// mongodb:// redis://'
script=''
for word in sk-ant-[A-Za-z0-9_-]+ ghp_[A-Za-z0-9]+ AKIA[A-Z0-9]+ xoxb-[0-9A-Za-z-]+ glpat-[0-9A-Za-z_-]+ AIza[0-9A-Za-z_-]+ ya29[.][0-9A-Za-z_-]+ \
    eyJ[0-9A-Za-z_.-]+ Bearer\ [^\ ]+ password=[^\ ]+ token=[^\ ]+ secret=[^\ ]+ api_key=[^\ ]+ npm_[0-9A-Za-z]+ pypi-[0-9A-Za-z_-]+ \
    hvs[.][0-9A-Za-z]+ dckr_pat_[0-9A-Za-z_-]+ sk_live_[0-9A-Za-z]+ SG[.][0-9A-Za-z_.-]+ AccountKey=[^\ ]+; do
    script="$script;s/$word/X/g"
done
seconds() { # the best of three runs
    best=''
    for _ in 1 2 3; do
        start=$(date +%s%N); "$@" >/dev/null 2>&1 || true; end=$(date +%s%N)
        took=$((end - start))
        if [ -z "$best" ] || [ "$took" -lt "$best" ]; then best=$took; fi
    done
    echo "$best"
}
printf '%-12s %-10s %10s %12s\n' corpus program MB/s 'evpack is x'
for kind in log jsonl dense adversarial; do
    file=$work/$kind
    "$corpus" "$kind" "$size" >"$file"
    own=$(seconds "$evpack" redact "$file")
    row() { awk -v k="$kind" -v n="$1" -v t="$2" -v o="$own" -v s="$size" 'BEGIN { printf "%-12s %-10s %10.0f %12.2f\n", k, n, s*1e9/t, t/o }'; }
    row evpack "$own"
    row cat "$(seconds cat "$file")"
    if command -v rg >/dev/null; then
        set -- rg -j1 -c -F
        for pattern in $patterns; do set -- "$@" -e "$pattern"; done
        row rg "$(seconds "$@" "$file")"
    fi
    if [ "$kind" != adversarial ]; then row sed "$(seconds env LC_ALL=C sed -E "$script" "$file")"; fi
    for peer in kingfisher noseyparker gitleaks; do
        if command -v "$peer" >/dev/null; then
            case $peer in
                kingfisher) row $peer "$(seconds kingfisher scan --no-validate --no-update-check "$file")" ;;
                noseyparker) row $peer "$(seconds noseyparker scan -d "$work/np-$kind" "$file")" ;;
                gitleaks) row $peer "$(seconds gitleaks dir --no-banner "$file")" ;;
            esac
        fi
    done
    rm -f "$file"
done
