#!/usr/bin/env python3
"""All metrics with 1,000 bootstrap intervals: `cambium evaluate scores` beside scikit-learn.

usage: compare.py CAMBIUM [--rounds 3] [--whole]      (numpy 2.4, scikit-learn 1.9.1)
Softmax scores of 22 imbalanced classes, 1,600 and 5,000 rows. Cambium: the whole program (start,
reading, every metric, 1,000 resamples of every one of them, report, writing). scikit-learn: the
same metrics by its own functions, in one process as it comes; 10 of the 1,000 resamples are timed
and multiplied (--whole: all of them, some 10 minutes a round). Results: .demo/benchmarks.

usage: compare.py CAMBIUM --rows 1000000 [--resamples 20]
Peak memory and time of one evaluation of this many rows of 22 classes, float32, mapped.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time
import warnings

import numpy as np

DEMO = pathlib.Path(__file__).resolve().parents[2] / ".demo"
WORK = DEMO / "benchmark-evaluation"
CLASSES = 22


def scores(rows):
    """Labels and softmax scores, made once; in parts, for a million rows fit badly at once."""
    paths = [WORK / f"{rows}-scores.npy", WORK / f"{rows}-labels.npy"]
    if not paths[1].exists():
        WORK.mkdir(parents=True, exist_ok=True)
        generator = np.random.default_rng(7)
        weights = 1 / (np.arange(CLASSES) + 1) ** 0.7
        truth = generator.choice(CLASSES, rows, p=weights / weights.sum())
        array = np.lib.format.open_memmap(
            paths[0], mode="w+", dtype=np.float32, shape=(rows, CLASSES))
        for start in range(0, rows, 50_000):
            part = truth[start:start + 50_000]
            logits = generator.standard_normal((len(part), CLASSES)) + 2.5 * np.eye(CLASSES)[part]
            powers = np.exp(logits)
            array[start:start + len(part)] = powers / powers.sum(1, keepdims=True)
        array.flush()
        np.save(paths[1], truth)
    return paths


def cambium(program, paths, resamples):
    out = WORK / "out"
    subprocess.run(["rm", "-rf", str(out)], check=True)
    start = time.perf_counter()
    process = subprocess.Popen(
        [program, "evaluate", "scores", "--scores", paths[0], "--labels", paths[1], "--out", out,
         "--resamples", str(resamples)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def measure(truth, scores):
    """What Cambium takes of every resample, by scikit-learn's functions."""
    from sklearn import metrics
    labels, predicted = np.arange(CLASSES), scores.argmax(1)
    hot = np.eye(CLASSES, dtype=int)[truth]
    values = [
        metrics.accuracy_score(truth, predicted), metrics.balanced_accuracy_score(truth, predicted),
        metrics.matthews_corrcoef(truth, predicted), metrics.log_loss(truth, scores, labels=labels),
        metrics.brier_score_loss(truth, scores, labels=labels)]
    for average in ("macro", "micro", "weighted", None):
        values.append(metrics.precision_recall_fscore_support(
            truth, predicted, labels=labels, average=average, zero_division=0))
    for average in (None, "micro", "weighted"):
        values.append(metrics.roc_auc_score(hot, scores, average=average))
        values.append(metrics.average_precision_score(hot, scores, average=average))
    for depth in (2, 3, 5):
        values.append(metrics.top_k_accuracy_score(truth, scores, k=depth, labels=labels))
    return values


def reference(paths, resamples):
    truth, array = np.load(paths[1]), np.load(paths[0]).astype(np.float64)
    array /= array.sum(1, keepdims=True)
    generator = np.random.default_rng(42)
    members = [np.flatnonzero(truth == label) for label in range(CLASSES)]
    start = time.perf_counter()
    for _ in range(resamples):
        rows = np.concatenate([generator.choice(own, len(own)) for own in members])
        measure(truth[rows], array[rows])
    return time.perf_counter() - start


def side_by_side(program, rounds, timed):
    rows = []
    for count in (1600, 5000):
        paths = scores(count)
        own, others, memory = [], [], 0
        for number in range(rounds):
            def ours():
                seconds, peak = cambium(program, paths, 1000)
                own.append(seconds)
                return peak
            if number % 2:
                others.append(reference(paths, timed) * 1000 / timed)
                memory = max(memory, ours())
            else:
                memory = max(memory, ours())
                others.append(reference(paths, timed) * 1000 / timed)
        ratios = [b / a for a, b in zip(own, others)]
        rows.append({
            "rows": count, "classes": CLASSES, "resamples": 1000, "cambium_s": own,
            "scikit_learn_s": others, "timed_resamples": timed, "ratio": statistics.median(ratios),
            "cambium_peak_mib": memory})
        print(f"{count} x {CLASSES}, 1,000 resamples: cambium {statistics.median(own):.2f} s, "
              f"scikit-learn {statistics.median(others):.0f} s, ratio "
              f"{statistics.median(ratios):.0f} ({min(ratios):.0f}-{max(ratios):.0f}), peak "
              f"{memory:.0f} MiB, load {os.getloadavg()[0]:.1f}", flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cambium")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--resamples", type=int, default=20)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.rows:
        paths = scores(options.rows)
        seconds, peak = cambium(options.cambium, paths, options.resamples)
        print(f"{options.rows} x {CLASSES}, {options.resamples} resamples: {seconds:.1f} s, "
              f"peak {peak:.0f} MiB, scores {paths[0].stat().st_size / 2**20:.0f} MiB on disk")
        return
    rows = side_by_side(options.cambium, options.rounds, 1000 if options.whole else 10)
    (DEMO / "benchmarks").mkdir(parents=True, exist_ok=True)
    (DEMO / "benchmarks" / "evaluation.json").write_text(json.dumps(rows, indent=2) + "\n")


main()
