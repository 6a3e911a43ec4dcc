#!/usr/bin/env python3
"""Made-up embeddings of the dermatology document's sizes, as Cambium reads them: 2,500 training and
640 test vectors of 1,024 values and length 1, 39 imbalanced classes, 8 % of the labels wrong.

usage: data.py FOLDER      (numpy 2.4.6)
"""
import pathlib
import sys

import numpy as np

CLASSES, WIDTH = 39, 1024


def table(rows, seed):
    """Clusters on the unit sphere and their classes."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(1234).standard_normal((CLASSES, WIDTH)) * 0.16
    share = 1 / (np.arange(CLASSES) + 1) ** 0.8
    y = random.choice(CLASSES, rows, p=share / share.sum())
    x = centres[y] + random.standard_normal((rows, WIDTH))
    y = np.where(random.random(rows) < 0.08, random.integers(0, CLASSES, rows), y)
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32), y


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows, seed in ("train", 2500, 1), ("test", 640, 2), ("validation", 640, 3):
        x, y = table(rows, seed)
        np.save(folder / f"{name}.npy", x)
        (folder / f"{name}.keys.tsv").write_text(
            "".join(f"{name}-{row}\t{label + 1}\tplace {label + 1}\n" for row, label in enumerate(y)))
    (folder / "classes.txt").write_text("".join(f"place {c + 1}\n" for c in range(CLASSES)))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
