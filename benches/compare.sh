#!/bin/bash
# Measures `evpack redact` as a whole process, full output written, beside cat, rg, sed and whatever peer is installed, on seeded corpora. Prints
# MB/s by wall and by user time, and how many times evpack is faster than each in the same run (by user time: the machine may be shared).
# A run is measured RUNS times (3) and the least counts; peers that take minutes are given the first 16 MB and one run.
# usage: benches/compare.sh [MEGABYTES]     needs `cargo build --release --bin evpack --example corpus`, python3, and peers in PATH
set -eu
size=${1:-256}
root=$(cd "$(dirname "$0")/.." && pwd)
evpack=${EVPACK:-$root/target/release/evpack}
corpus=${CORPUS:-$root/target/release/examples/corpus}
. "$root/benches/measure.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# 26 literals, as a scanner would ask first.
patterns='sk-ant- ghp_ AKIA xoxb- glpat- AIza ya29. eyJ -----BEGIN Bearer password= token= secret= api_key= npm_ pypi- hvs. dckr_pat_ sk_live_ SG. AccountKey= sig= Cookie: postgres:// mongodb:// redis://'
# 20 rules, as a person would write them.
script=''
for rule in 'sk-ant-[A-Za-z0-9_-]+' 'ghp_[A-Za-z0-9]+' 'AKIA[A-Z0-9]+' 'xoxb-[0-9A-Za-z-]+' 'glpat-[0-9A-Za-z_-]+' 'AIza[0-9A-Za-z_-]+' \
    'ya29[.][0-9A-Za-z_-]+' 'eyJ[0-9A-Za-z_.-]+' 'Bearer [^ ]+' 'password=[^ ]+' 'token=[^ ]+' 'secret=[^ ]+' 'api_key=[^ ]+' 'npm_[0-9A-Za-z]+' \
    'pypi-[0-9A-Za-z_-]+' 'hvs[.][0-9A-Za-z]+' 'dckr_pat_[0-9A-Za-z_-]+' 'sk_live_[0-9A-Za-z]+' 'SG[.][0-9A-Za-z_.-]+' 'AccountKey=[^ ]+'; do
    script="$script;s/$rule/X/g"
done
literals=(rg -j1 -c -F)
for pattern in $patterns; do literals+=(-e "$pattern"); done

# own_speed and the speeds of the others are MB a second of user time.
row() { # NAME MEGABYTES
    awk -v k="$kind" -v n="$1" -v s="$2" -v w="$wall" -v u="$user" -v c="$cpu" -v r="$rss" -v o="$own" -v owncpu="$owncpu" 'BEGIN {
        w = w > 0.001 ? w : 0.001; u = u > 0.001 ? u : 0.001; c = c > 0.001 ? c : 0.001
        s *= 1.048576
        printf "%-12s %-14s %9.0f %9.0f %9.0f %8.1f %12.2f %12.2f\n", k, n, s/w, s/u, s/c, r/1024, o * u/s, owncpu * c/s }'
}
if grep -q avx2 /proc/cpuinfo 2>/dev/null; then lanes=avx2; else lanes=portable; fi
echo "machine: $(nproc) cores, $lanes; load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null); $size MB a corpus (MiB); $("$evpack" --version)"
printf '%-12s %-14s %9s %9s %9s %8s %12s %12s\n' corpus program MB/s 'MB/s user' 'MB/s cpu' 'RSS MB' 'x by user' 'x by cpu'
for kind in ${KINDS:-log jsonl dense adversarial}; do
    file=$work/$kind
    "$corpus" "$kind" "$size" >"$file"
    measure "$evpack" redact -q "$file"
    own=$(awk -v s="$size" -v u="$user" 'BEGIN { print s * 1.048576 / u }')
    owncpu=$(awk -v s="$size" -v c="$cpu" 'BEGIN { print s * 1.048576 / c }')
    row evpack "$size"
    measure cat "$file"
    row cat "$size"
    if command -v rg >/dev/null; then
        measure "${literals[@]}" "$file"
        row 'rg 26 words' "$size"
    fi
    if [ "$kind" = adversarial ]; then rm -f "$file"; continue; fi
    small=$work/small.$kind
    head -c "$((16 << 20))" "$file" >"$small"
    part=16
    if [ "$size" -lt 16 ]; then part=$size; fi
    runs=$RUNS RUNS=1
    measure env LC_ALL=C sed -E "$script" "$small"
    row 'sed 20 rules' "$part"
    if command -v kingfisher >/dev/null; then
        # Its start takes a second, so it is given the whole corpus.
        measure kingfisher scan --no-validate --no-update-check --max-file-size 0 --jobs 1 "$file"
        row kingfisher "$size"
    fi
    if command -v noseyparker >/dev/null; then
        measure noseyparker scan --jobs 1 -d "$work/np-$kind" "$file"
        row noseyparker "$size"
    fi
    if command -v gitleaks >/dev/null; then
        measure gitleaks dir --no-banner "$small"
        row gitleaks "$part"
    fi
    RUNS=$runs
    rm -rf "$file" "$small" "$work/np-$kind"
done
