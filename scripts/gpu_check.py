"""What gpu-check.sh compares, with Python's own library only.

gpu_check.py arrays A.npy B.npy LIMIT    largest |a - b| / |b| over rows (Euclidean); 1 above LIMIT
gpu_check.py losses A B LIMIT            first training loss of two runs, and how the second's fell
gpu_check.py steps A B LIMIT             each step's training loss of two runs
gpu_check.py spread FOLDER KIND SEED...  where runs FOLDER/KIND-SEED end beside FOLDER/float32-SEED
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


def logged(folder, kind, name):
    """A value of all of a run's records of one kind, in their order, without steps left out."""
    with open(f"{folder}/log.jsonl", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    values = [record[name] for record in records if record["kind"] == kind]
    return [value for value in values if value is not None]


def losses(run, other, limit):
    first, second = logged(run, "train", "loss"), logged(other, "train", "loss")
    difference = abs(second[0] - first[0]) / abs(first[0])
    print(f"first loss {first[0]:.6f} and {second[0]:.6f}, relative difference {difference:.2e} "
          f"(limit {limit}); {len(second)} steps later {second[-1]:.4f}")
    return difference < float(limit) and second[-1] < second[0]


def steps(run, other, limit):
    first, second = logged(run, "train", "loss"), logged(other, "train", "loss")
    if not first or len(first) != len(second):
        sys.exit(f"{run} has {len(first)} steps, {other} {len(second)}")
    worst = max(abs(b - a) / abs(a) for a, b in zip(first, second))
    print(f"{len(first)} steps, largest relative difference of a loss {worst:.2e} (limit {limit})")
    return worst <= float(limit)


def spread(folder, kind, *seeds):
    """Whether the mean over the seeds lies where single float32 runs end, by the loss (mean of the
    last quarter of the steps) and by the last macro F1, which gets a hundredth besides: where all
    runs end with the same one there is no spread."""

    def ends(kind):
        runs = [f"{folder}/{kind}-{seed}" for seed in seeds]
        series = [logged(run, "train", "loss") for run in runs]
        return ([statistics.fmean(values[-(len(values) // 4 + 1):]) for values in series],
                [logged(run, "validation", "macro_f1")[-1] for run in runs])

    fits = True
    for name, room, base, own in zip(("loss", "macro F1"), (0, 0.01), ends("float32"), ends(kind)):
        mean, low, high = statistics.fmean(own), min(base) - room, max(base) + room
        print(f"{kind:9} {name:9} mean {mean:.4f}, {min(own):.4f} to {max(own):.4f}; "
              f"float32 {min(base):.4f} to {max(base):.4f}")
        fits = fits and low <= mean <= high
    return fits


def rate(images):
    report = json.loads(sys.stdin.read())
    middle = statistics.median(report["seconds"])
    print(f"{int(images) / middle:10.1f} images/s, {1000 * middle:9.2f} ms a batch of {images} "
          f"({report['device']}, {report['parameters']:,} parameters)")
    return True


if __name__ == "__main__":
    actions = {"arrays": arrays, "losses": losses, "steps": steps, "spread": spread, "rate": rate}
    if len(sys.argv) < 2 or sys.argv[1] not in actions:
        sys.exit(__doc__)
    sys.exit(0 if actions[sys.argv[1]](*sys.argv[2:]) else 1)
