# Sourced by the scripts beside it: how a run is measured.
# `measure CMD...` sets wall and cpu (seconds, the least of RUNS runs) and rss (KiB, the most); standard output of CMD goes to nothing.
RUNS=${RUNS:-3}
measure() {
    wall=''
    for _ in $(seq "$RUNS"); do
        # Wall time, user and system time, peak memory of the process and those that it waited for.
        numbers=$(python3 - "$@" <<'PY'
import os, resource, subprocess, sys, time
begin = time.perf_counter()
with open(os.devnull, "wb") as sink:
    subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)
wall = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{wall:.4f} {used.ru_utime:.4f} {used.ru_utime + used.ru_stime:.4f} {used.ru_maxrss}")
PY
)
        set_least $numbers
    done
}
set_least() {
    if [ -z "$wall" ]; then wall=$1 user=$2 cpu=$3 rss=$4; return; fi
    wall=$(least "$wall" "$1") user=$(least "$user" "$2") cpu=$(least "$cpu" "$3")
    if [ "$4" -gt "$rss" ]; then rss=$4; fi
}
least() { awk -v a="$1" -v b="$2" 'BEGIN { print (a < b) ? a : b }'; }
