#!/usr/bin/env python3
"""`cambium adapt` and `cambium evaluate adapter` on the same rows. The whole of `adapt` is timed:
start, reading, validation metrics after each epoch, writing.

usage: cambium.py CAMBIUM --data FOLDER [--epochs 10] [--seed 0]
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cambium")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    data = options.data
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run(
            [options.cambium, "adapt", "--train", data / "train.npy", "--validation",
             data / "validation.npy", "--classes", data / "classes.txt", "--epochs",
             str(options.epochs), "--seed", str(options.seed), "--out", f"{folder}/a", "--quiet"],
            check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [options.cambium, "evaluate", "adapter", "--adapter", f"{folder}/a", "--test",
             data / "test.npy", "--out", f"{folder}/e", "--resamples", "10", "--quiet"],
            check=True, stdout=subprocess.DEVNULL)
        metrics = json.loads(pathlib.Path(folder, "e", "metrics.json").read_text())
    print(json.dumps({
        "seconds": [seconds], "cpu_s": round(used.ru_utime + used.ru_stime, 3),
        "parameters": 2382375, "threads": int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())),
        "accuracy": metrics["accuracy"]}))


if __name__ == "__main__":
    main()
