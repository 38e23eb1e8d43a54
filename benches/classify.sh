#!/bin/bash
# What `evpack classify` costs on 100 MB of log, on one core, against `grep -c -F` over the same file in the same run: user CPU of both
# and their ratio, for failures at the end, one line of a hundred an API error, tracebacks, long lines, JSON, and every second line
# alike a failure. usage: benches/classify.sh [MEGABYTES]     EVPACK=path/to/evpack; needs `cargo build --release --bin evpack`, python3
set -eu
size=${1:-100}
root=$(cd "$(dirname "$0")/.." && pwd)
evpack=${EVPACK:-$root/target/release/evpack}
. "$root/benches/measure.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$work" "$size" <<'PY'
import json, sys

folder, size = sys.argv[1], int(sys.argv[2]) * 1_000_000
QUIET = [
    "2026-02-11T09:20:{0:02d}.220Z INFO request {1} served in {0} ms\n",
    "[worker-{0}] batch {1} done, 0 errors\n",
    "  compiled module {1} of 2000\n",
    '10.0.0.{0} - - "GET /assets/{1}.js HTTP/1.1" 200 4821\n',
    "DEBUG cache hit key=user:{1} ttl=300 status=ok\n",
]
BODY = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_011CTxKqP8vNwZ3mYbD5sFhJ"}'
STACK = (
    'Traceback (most recent call last):\n  File "/app/main.py", line 88, in run\n    answer = client.messages.create(**asked)\n'
    '  File "/app/lib/anthropic/_base_client.py", line 1047, in request\n    raise self._make_status_error(err.response) from None\n'
    f"anthropic.InternalServerError: Error code: 529 - {BODY}\n"
)


def quiet(n):
    return QUIET[n % 5].format(n % 60, n)


def row(n):
    error = {"status": 429, "message": "429 " + BODY} if n % 100 == 0 else None
    return json.dumps({"level": "error" if error else "info", "ts": n, "msg": "done", "error": error, "body": "x" * 200}) + "\n"


KINDS = {
    "end": (quiet, STACK),
    "hundredth": (lambda n: quiet(n) if n % 100 else f"ERROR llm API Error: 529 {BODY}\n", ""),
    "tracebacks": (lambda n: quiet(n) if n % 50 else STACK, ""),
    "long-lines": (lambda n: quiet(n) if n % 20 else "text of a page " * 2500 + "\n", STACK),
    "json": (row, ""),
    "alike": (lambda n: quiet(n) if n % 2 else f"WARN retry failed for job {n}: connection timeout after {n % 900} ms\n", STACK),
}
for name, (line, last) in KINDS.items():
    with open(f"{folder}/{name}.log", "w") as log:
        written, n = 0, 0
        while written < size:
            written += log.write(line(n))
            n += 1
        log.write(last)
PY
for log in "$work"/*.log; do
    measure grep -c -F "overloaded_error" "$log"
    searched=$user
    measure "$evpack" classify "$log"
    awk -v name="$(basename "$log" .log)" -v g="$searched" -v e="$user" -v m="$size" -v r="$rss" \
        'BEGIN { printf "%-11s evpack %.3f s (%4.0f MB/s, %3.0f MiB)  grep -c -F %.3f s  ratio %.1f\n", name, e, m / e, r / 1024, g, e / g }'
done
