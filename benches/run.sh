#!/bin/sh
# Measures what `evpack run` adds to a chatty command: lines of a program that works between them, through pipes.
# Prints the best of five runs each and the ratio, all in one run.      usage: benches/run.sh [LINES]
set -eu
lines=${1:-200000}
root=$(cd "$(dirname "$0")/.." && pwd)
evpack=${EVPACK:-$root/target/release/evpack}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/chatty.py" <<'PY'
import hashlib, sys
text = b"x" * 4096
for number in range(int(sys.argv[1])):
    digest = hashlib.sha256(text + str(number).encode()).hexdigest()
    print(number, "a line as a test run prints it", digest, flush=number % 50 == 0)
PY
seconds() {
    best=''
    for _ in 1 2 3 4 5; do
        start=$(date +%s%N); "$@" | cat >/dev/null; end=$(date +%s%N)
        took=$((end - start))
        if [ -z "$best" ] || [ "$took" -lt "$best" ]; then best=$took; fi
    done
    echo "$best"
}
alone=$(seconds python3 "$work/chatty.py" "$lines")
run=$(seconds "$evpack" run -- python3 "$work/chatty.py" "$lines")
awk -v a="$alone" -v r="$run" 'BEGIN { printf "alone %.3f s, with evpack run %.3f s, ratio %.4f\n", a/1e9, r/1e9, r/a }'
