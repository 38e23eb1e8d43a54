#!/bin/bash
# Peak memory of `evpack redact`: a stream of many gigabytes (goal: 16 MiB), and a single line of two (goal: 64 MiB).
# usage: benches/memory.sh [GIGABYTES_OF_STREAM] [GIGABYTES_OF_LINE]     needs `cargo build --release --bin evpack --example corpus`, python3
set -eu
stream=${1:-10}
line=${2:-2}
root=$(cd "$(dirname "$0")/.." && pwd)
evpack=${EVPACK:-$root/target/release/evpack}
corpus=${CORPUS:-$root/target/release/examples/corpus}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/peak.py" <<'PY'
import os, subprocess, sys, time
# The stream is made by one process and redacted by another, whose own peak memory wait4 tells.
name, evpack, *source = sys.argv[1:]
begin = time.perf_counter()
with open(os.devnull, "wb") as sink:
    made = subprocess.Popen(source, stdout=subprocess.PIPE)
    redact = subprocess.Popen([evpack, "redact", "-q"], stdin=made.stdout, stdout=sink)
    made.stdout.close()
    _, status, used = os.wait4(redact.pid, 0)
    made.wait()
took = time.perf_counter() - begin
print(f"{name:28} peak {used.ru_maxrss / 1024:7.1f} MiB   user {used.ru_utime:7.1f} s   wall {took:7.1f} s   exit {os.waitstatus_to_exitcode(status)}", flush=True)
PY
cat >"$work/line.py" <<'PY'
import sys
# One line without an end: words, a secret now and then, no line break.
size = int(float(sys.argv[1]) * (1 << 30))
key = "sk-" + "ant-" + "api03-" + "Ab3dEf6hIj9kLm" * 6
piece = ("{\"level\": \"info\", \"took\": 12, \"path\": \"/v1/messages\"}, " * 800 + "key " + key + ", ").encode()
written = 0
while written < size:
    sys.stdout.buffer.write(piece)
    written += len(piece)
PY
peak() { python3 "$work/peak.py" "$@"; }
for kind in log jsonl; do peak "$stream GB of $kind" "$evpack" "$corpus" "$kind" "$((stream * 1024))"; done
peak "one line of $line GB" "$evpack" python3 "$work/line.py" "$line"
