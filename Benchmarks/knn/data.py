#!/usr/bin/env python3
"""Made-up embeddings of length 1: 5,000 and 1,600 of 1,024 values in 22 imbalanced classes, and
100,000 and 1,000 of random directions.

usage: data.py FOLDER      (numpy 2.4.6)
"""
import pathlib
import sys

import numpy as np

CLASSES, WIDTH = 22, 1024


def clusters(rows, seed):
    random = np.random.default_rng([77, seed])
    centres = np.random.default_rng(99).standard_normal((CLASSES, WIDTH)) * 0.13
    share = 1 / (np.arange(CLASSES) + 1) ** 0.9
    y = random.choice(CLASSES, rows, p=share / share.sum())
    return unit(centres[y] + random.standard_normal((rows, WIDTH))), y


def unit(x):
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows, seed in (("train", 5000, 1), ("test", 1600, 2)):
        x, y = clusters(rows, seed)
        np.save(folder / f"{name}.npy", x)
        np.save(folder / f"{name}.labels.npy", y.astype(np.int64))
    random = np.random.default_rng(3)
    for name, rows in (("many", 100000), ("queries", 1000)):
        np.save(folder / f"{name}.npy", unit(random.standard_normal((rows, WIDTH), dtype=np.float32)))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
