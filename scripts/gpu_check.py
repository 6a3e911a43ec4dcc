"""What gpu-check.sh compares, with Python's own library only.

gpu_check.py arrays A.npy B.npy LIMIT    largest |a - b| / |b| over rows (Euclidean); 1 above LIMIT
gpu_check.py losses A B LIMIT            first training loss of two runs, and how the second's fell
gpu_check.py rate IMAGES                 images/s of a line of cambium-bench's on standard input
"""

import array
import ast
import json
import math
import statistics
import sys


def rows(path):
    """Rows of a float32 array [N, D] in C order."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != b"\x93NUMPY\x01\x00":
        sys.exit(f"{path}: no .npy of version 1")
    start = 10 + int.from_bytes(data[8:10], "little")
    header = ast.literal_eval(data[10:start].decode("latin-1"))
    if header["descr"] != "<f4" or header["fortran_order"] or len(header["shape"]) != 2:
        sys.exit(f"{path}: needs float32 rows in C order, got {header}")
    values, width = array.array("f", data[start:]), header["shape"][1]
    return [values[i : i + width] for i in range(0, len(values), width)]


def arrays(path, other, limit):
    first, second = rows(path), rows(other)
    if not first or [len(row) for row in first] != [len(row) for row in second]:
        sys.exit(f"{path} and {other} have different shapes")
    worst = max(math.dist(a, b) / math.hypot(*b) for a, b in zip(first, second))
    print(f"{len(first)} rows, largest relative difference {worst:.2e} (limit {limit})")
    return worst < float(limit)  # false for NaN too


def losses(run, other, limit):
    def read(folder):
        with open(f"{folder}/log.jsonl", encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        return [record["loss"] for record in records if record["kind"] == "train"]

    first, second = read(run), read(other)
    difference = abs(second[0] - first[0]) / abs(first[0])
    print(f"first loss {first[0]:.6f} and {second[0]:.6f}, relative difference {difference:.2e} "
          f"(limit {limit}); {len(second)} steps later {second[-1]:.4f}")
    return difference < float(limit) and second[-1] < second[0]


def rate(images):
    report = json.loads(sys.stdin.read())
    middle = statistics.median(report["seconds"])
    print(f"{int(images) / middle:10.1f} images/s, {1000 * middle:9.2f} ms a batch of {images} "
          f"({report['device']}, {report['parameters']:,} parameters)")
    return True


if __name__ == "__main__":
    actions = {"arrays": arrays, "losses": losses, "rate": rate}
    if len(sys.argv) < 2 or sys.argv[1] not in actions:
        sys.exit(__doc__)
    sys.exit(0 if actions[sys.argv[1]](*sys.argv[2:]) else 1)
