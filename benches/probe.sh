#!/usr/bin/env bash
# Phase times of `evpack probe` beside those of `curl -w`, on the same path: a TLS server on loopback that waits, as one far away, before the
# handshake and before the answer. Prints the medians of both and their difference, which must be within 2 ms or 5 %; then the most
# memory of a probe whose server never ends. Needs python3, openssl and curl, and a machine that does nothing else; on a busy
# one, `chrt -f 10 benches/probe.sh` as root keeps the others out of it.
#
# usage: benches/probe.sh [PATH_OF_EVPACK] [RUNS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
evpack=${1:-target/release/evpack}
runs=${2:-30}
[ -x "$evpack" ] || { echo "build it first: cargo build --release --locked" >&2; exit 2; }

dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$dir"' EXIT

# curl knows `localhost` without asking anybody, so the name of this machine is used where it has one.
name=$(hostname)
getent ahostsv4 "$name" >/dev/null 2>&1 || name=localhost

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 2 -subj "/CN=$name" \
  -addext "subjectAltName=DNS:$name" -addext basicConstraints=critical,CA:FALSE 2>/dev/null

cat >"$dir/server.py" <<'PYTHON'
import http.server, socketserver, ssl, sys, threading, time

class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        time.sleep(0.12)
        self.send_response(401)
        body = b'{"type":"error","error":{"type":"authentication_error","message":"x-api-key required"}}'
        for name, value in (("request-id", "req_011CSHoEeqs5C35K2UUqR7Fy"), ("content-length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        self.send_error(404)
    def setup(self):
        time.sleep(0.08)
        self.request = context.wrap_socket(self.request, server_side=True)
        super().setup()
    def log_message(self, *words):
        pass

class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    def handle_error(self, *words):
        pass

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/cert.pem", sys.argv[1] + "/key.pem")
server = Server(("", 0), Answer)
print(server.server_address[1], flush=True)
server.serve_forever()
PYTHON

python3 "$dir/server.py" "$dir" >"$dir/port" &
server=$!
for _ in $(seq 100); do [ -s "$dir/port" ] && break; sleep 0.05; done
url=https://$name:$(cat "$dir/port")

# One run of each in turn, so that both meet the same machine.
for _ in $(seq "$runs"); do
  curl -4 -s -o /dev/null --cacert "$dir/cert.pem" -d '{}' \
    -w '%{time_namelookup} %{time_connect} %{time_appconnect} %{time_starttransfer}\n' "$url/v1/messages" >>"$dir/curl"
  "$evpack" probe "$url" --as curl --family 4 --ca "$dir/cert.pem" --gateway off --json >>"$dir/evpack" 2>/dev/null || true
  echo '@' >>"$dir/evpack"
done

python3 - "$dir" <<'PYTHON'
import json, statistics, sys
rows = [[float(x) * 1000 for x in line.split()] for line in open(sys.argv[1] + "/curl")]
curl = {
    "resolve": [r[0] for r in rows],
    "tcp": [r[1] - r[0] for r in rows],
    "tls": [r[2] - r[1] for r in rows],
    "http": [r[3] - r[2] for r in rows],
}
probes = [json.loads(text) for text in open(sys.argv[1] + "/evpack").read().split("@\n") if text.strip()]
missed = False
print(f"{len(rows)} runs of each; medians in ms")
print(f"{'phase':10}{'curl -w':>10}{'probe':>10}{'difference':>12}")
for phase, times in curl.items():
    own = statistics.median(next(s["ms"] for s in p["phases"] if s["phase"] == phase) for p in probes)
    other = statistics.median(times)
    far = abs(own - other)
    within = far <= 2 or far <= 0.05 * other
    missed |= not within
    print(f"{phase:10}{other:10.2f}{own:10.2f}{own - other:+12.2f}  {'within' if within else 'OUTSIDE'} 2 ms or 5 %")
sys.exit(missed)
PYTHON

# A body that never ends.
cat >"$dir/endless.py" <<'PYTHON'
import socket, threading
def serve(c):
    try:
        c.recv(65536)
        c.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
        while True:
            c.sendall(b"x" * 65536)
    except OSError:
        pass
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
PYTHON
kill "$server"
python3 "$dir/endless.py" >"$dir/port2" &
server=$!
for _ in $(seq 100); do [ -s "$dir/port2" ] && break; sleep 0.05; done
python3 - "$evpack" "http://127.0.0.1:$(cat "$dir/port2")" <<'PYTHON'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "probe", sys.argv[2], "--gateway", "off", "--json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"most memory with an endless body: {peak:.1f} MiB of 64 MiB")
sys.exit(peak > 64)
PYTHON
