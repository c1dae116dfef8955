"""Runs a command, prints the most kilobytes that its own process ever had in memory, and ends as it did."""

import subprocess
import sys

process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
most = 0
while process.poll() is None:
    try:
        with open(f"/proc/{process.pid}/status") as status:
            most = max([most] + [int(line.split()[1]) for line in status if line.startswith("VmHWM:")])
    except OSError:
        break
    try:
        process.wait(0.02)
    except subprocess.TimeoutExpired:
        pass
print(most)
sys.exit(process.returncode)
