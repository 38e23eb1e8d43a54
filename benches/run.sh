#!/bin/sh
# Measures what `evpack run` adds to a chatty command: a program that prints a line and works a little, again and again.
# Pairs of the command alone and with `evpack run` take turns in who goes first; told is the median of the ratios of each pair, with
# its quartiles, for wall time and for CPU time (user and system, evpack and the command together), through a pipe and through a
# terminal. Pairs of the command with itself tell how exact the measure is.
# usage: benches/run.sh [PAIRS [LINES]]     EVPACK=path/to/evpack
set -eu
pairs=${1:-21}
lines=${2:-240000}
root=$(cd "$(dirname "$0")/.." && pwd)
evpack=${EVPACK:-$root/target/release/evpack}
exec python3 - "$evpack" "$pairs" "$lines" <<'PY'
import os, pty, statistics, sys, tempfile, threading, time

evpack, pairs, lines = sys.argv[1], int(sys.argv[2]), sys.argv[3]
folder = tempfile.mkdtemp()
chatty = os.path.join(folder, "chatty.py")
with open(chatty, "w") as file:
    file.write(
        "import hashlib, sys\n"
        "text = b'x' * 4096\n"
        "for number in range(int(sys.argv[1])):\n"
        "    digest = hashlib.sha256(text + str(number).encode()).hexdigest()\n"
        "    print(number, 'a line as a test run prints it', digest, flush=number % 50 == 0)\n"
    )
alone = [sys.executable, "-S", chatty, lines]
inside = [evpack, "run", "--no-ci", "--"] + alone


def drain(end):
    try:
        while os.read(end, 1 << 16):
            pass
    except OSError:
        pass


def run(command, terminal):
    """Wall and CPU seconds of a command whose output is read as fast as it comes."""
    here, there = pty.openpty() if terminal else os.pipe()
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        for stream in (1, 2):
            os.dup2(there, stream)
        os.execv(command[0], command)
    os.close(there)
    reader = threading.Thread(target=drain, args=(here,))
    reader.start()
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    reader.join()
    os.close(here)
    if status != 0:
        sys.exit("the command failed")
    # What wait4 tells of a process holds its children that it has waited for.
    return wall, usage.ru_utime + usage.ru_stime


def compare(name, first, second, terminal):
    run(second, terminal)
    wall, cpu, seconds = [], [], []
    for pair in range(pairs):
        if pair % 2:
            two, one = run(second, terminal), run(first, terminal)
        else:
            one, two = run(first, terminal), run(second, terminal)
        wall.append(two[0] / one[0])
        cpu.append(two[1] / one[1])
        seconds.append(one)
    told = []
    for kind, ratios in (("wall", wall), ("CPU", cpu)):
        low, middle, high = statistics.quantiles(ratios, n=4)
        told.append("%s %+.2f %% (quartiles %+.2f to %+.2f)" % (kind, *((x - 1) * 100 for x in (middle, low, high))))
    walls, cpus = (statistics.median(part) for part in zip(*seconds))
    print("%-26s alone %.3f s wall, %.3f s CPU; %s" % (name, walls, cpus, "; ".join(told)), flush=True)


print("%d pairs, %s lines" % (pairs, lines), flush=True)
for place, terminal in (("pipe", False), ("terminal", True)):
    compare(place + ", alone twice", alone, alone, terminal)
    compare(place + ", evpack run", alone, inside, terminal)
PY
