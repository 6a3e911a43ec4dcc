"""Runs a command and writes what it took: measure.py FILE COMMAND ARGUMENT...

FILE gets one line: seconds, peak memory in MB of the largest process (its resident set). The
command's own exit status is passed on; after a failure nothing is written.
"""

import resource
import subprocess
import sys
import time


def main(path, command):
    start = time.monotonic()
    child = subprocess.Popen(command)
    while True:
        try:
            status = child.wait()
            break
        except KeyboardInterrupt:
            pass  # The command was interrupted as well; its status says so.
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if status == 0:
        with open(path, "w") as file:
            file.write(f"{seconds:.1f}\t{peak:.0f}\n")
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
