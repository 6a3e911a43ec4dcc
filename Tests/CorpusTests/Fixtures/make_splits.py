#!/usr/bin/env python3
"""Writes splits.json: stratified splits by scikit-learn, twice train_test_split with one seed.

Pinned: scikit-learn 1.9.1, numpy 2.4.6. Rows are in scikit-learn's output order.
usage: make_splits.py > splits.json
"""
import json

import numpy as np
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(0)
CASES = {
    "balanced": ([0] * 10 + [1] * 10 + [2] * 10, 42, (0.6, 0.2, 0.2)),
    "imbalanced": (sum(([c] * n for c, n in enumerate([73, 37, 31, 12, 10, 9, 7, 6])), []), 42, (0.6, 0.2, 0.2)),
    "mixed order": (rng.integers(0, 5, 101).tolist(), 42, (0.6, 0.2, 0.2)),
    "another seed": (rng.integers(0, 4, 60).tolist(), 4294967295, (0.6, 0.2, 0.2)),
    "other shares": (rng.integers(0, 3, 97).tolist(), 7, (0.7, 0.15, 0.15)),
    "large": (rng.integers(0, 3, 700).tolist(), 0, (0.8, 0.1, 0.1)),
}


def split(classes, seed, shares):
    rest_share = round(shares[1] + shares[2], 12)
    rows, y = np.arange(len(classes)), np.array(classes)
    train, rest = train_test_split(rows, test_size=rest_share, random_state=seed, stratify=y)
    validation, test = train_test_split(
        rest, test_size=round(shares[2] / rest_share, 12), random_state=seed, stratify=y[rest])
    return {"train": train.tolist(), "validation": validation.tolist(), "test": test.tolist()}


print(json.dumps([
    {"name": name, "classes": classes, "seed": seed, "shares": ",".join(map(str, shares)),
     **split(classes, seed, shares)}
    for name, (classes, seed, shares) in CASES.items()]))
