#!/usr/bin/env python3
"""Whether Cambium's adapter is as good as the reference's, over seeds: both are trained on the same
rows with seeds 0, 1, ..., and the accuracies on the test rows are put side by side. Ends with 1 where
the difference of the means is more than twice its standard error below zero.

usage: seeds.py CAMBIUM FOLDER [--seeds 20]      (FOLDER: what data.py wrote; torch 2.11.0, numpy 2.4.6)
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def accuracies(command, seeds):
    values = []
    for seed in range(seeds):
        words = [sys.executable, *command, "--seed", str(seed)]
        run = subprocess.run(words, check=True, capture_output=True, text=True)
        values.append(json.loads(run.stdout.splitlines()[-1])["accuracy"])
    return values


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cambium")
    parser.add_argument("data")
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    rows = {
        "Cambium": accuracies([HERE / "cambium.py", options.cambium, "--data", options.data],
                              options.seeds),
        "PyTorch": accuracies([HERE / "reference.py", "--data", options.data, "--fused"],
                              options.seeds),
    }
    for name, values in rows.items():
        print(f"{name}: mean {statistics.mean(values):.4f}, standard deviation "
              f"{statistics.stdev(values):.4f}, {min(values):.4f} to {max(values):.4f}, "
              f"{options.seeds} seeds")
    own, other = rows.values()
    error = ((statistics.variance(own) + statistics.variance(other)) / options.seeds) ** 0.5
    difference = statistics.mean(own) - statistics.mean(other)
    print(f"difference {difference:+.4f}, standard error {error:.4f}")
    sys.exit(0 if difference >= -2 * error else 1)


if __name__ == "__main__":
    main()
