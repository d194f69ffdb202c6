"""Starts the companion as Lambda does, several times: milliseconds until it asks for its first invocation, and
its resident memory in kilobytes after a hundred invocations."""

import http.server
import os
import statistics
import subprocess
import sys
import threading
import time

RUNS, INVOCATIONS = 20, 100
BINARY = sys.argv[1]


class Lambda(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, head=()):
        self.send_response(status)
        for name, value in head:
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        server = self.server
        if server.served == 0:
            server.first = time.perf_counter()
        if server.served == INVOCATIONS:
            server.done.set()
            time.sleep(3600)
        server.served += 1
        deadline = int(time.time() * 1000) + 60_000
        self.answer(
            200,
            b'{"nothing": "that it knows"}',
            [("lambda-runtime-aws-request-id", str(server.served)), ("lambda-runtime-deadline-ms", str(deadline)),
             ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:111122223333:function:companion")],
        )

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.answer(202, b"{}")


def run():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Lambda)
    server.daemon_threads, server.served, server.done = True, 0, threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}", "AWS_REGION": "eu-central-1",
        "AWS_LAMBDA_FUNCTION_NAME": "companion", "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "HOME": os.environ.get("HOME", "/"),
    }
    start = time.perf_counter()
    child = subprocess.Popen([BINARY], env=environment, stdout=subprocess.DEVNULL)
    if not server.done.wait(60):
        sys.exit("it does not ask for invocations")
    with open(f"/proc/{child.pid}/status") as status:
        resident = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    child.kill()
    child.wait()
    return (server.first - start) * 1000, resident


runs = [run() for _ in range(RUNS)]
print(f"{statistics.median(run[0] for run in runs):.1f} {max(run[1] for run in runs)}")
