"""Runs a command five times after one warm-up; prints the median wall seconds and the peak memory in kB."""

import os
import sys
import time

runs = []
peak = 0
for _ in range(6):
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(sys.argv[1], sys.argv[1:])
    _, status, usage = os.wait4(child, 0)
    runs.append(time.monotonic() - start)
    peak = max(peak, usage.ru_maxrss)
    if os.waitstatus_to_exitcode(status) not in (0, 1, 5):
        sys.exit(f"exit status {os.waitstatus_to_exitcode(status)}")
median = sorted(runs[1:])[2]
print(f"{median:.3f} {peak}")
