#!/bin/bash
# What twice the rules cost: as many more as are built in, made from them with other prefixes, on log text. Goal: less than 15 % more user time.
# usage: benches/rules.sh [MEGABYTES]     needs `cargo build --release --bin evpack --example corpus`, python3
set -eu
size=${1:-256}
root=$(cd "$(dirname "$0")/.." && pwd)
evpack=${EVPACK:-$root/target/release/evpack}
corpus=${CORPUS:-$root/target/release/examples/corpus}
. "$root/benches/measure.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=$("$evpack" rules list | wc -l)
# Prefixes of five letters and a mark, as vendors choose them; the same ones every time.
python3 - "$count" >"$work/more.yaml" <<'PY'
import random, sys
random.seed(7)
print("rules:")
letters = "abcdefghijklmnopqrstuvwxyz"
for number in range(int(sys.argv[1])):
    prefix = "".join(random.choice(letters) for _ in range(random.randint(3, 6))) + random.choice("_-")
    print(f"""- id: more-{number}
  description: 'Key of vendor {number}'
  anchors: ['{prefix}']
  pattern: '{prefix}[A-Za-z0-9]{{24,48}}'
  source: 'made for a benchmark'
  must_match: ['{prefix}<fill:30:w>']
  must_stay: ['{prefix}x']""")
PY
"$corpus" log "$size" >"$work/log"
RUNS=${RUNS:-5}
"$evpack" redact -q --rules "$work/more.yaml" /dev/null
measure "$evpack" redact -q "$work/log"
one=$user
measure "$evpack" redact -q --rules "$work/more.yaml" "$work/log"
awk -v n="$count" -v a="$one" -v b="$user" 'BEGIN { printf "%d rules %.3f s user, %d rules %.3f s user: %+.1f %%\n", n, a, 2 * n, b, (b / a - 1) * 100 }'
