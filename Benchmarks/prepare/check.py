#!/usr/bin/env python3
"""Whether two data sets hold the same images: the same keys over all splits, and for each key the
same pixels once decoded. A benchmark of programs that do different things would say nothing.

usage: check.py FOLDER FOLDER
"""
import base64
import io
import pathlib
import sys

import numpy as np
from PIL import Image


def images(folder):
    found = {}
    for path in sorted(pathlib.Path(folder).glob("*_images*.tsv")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                key, text = line.rstrip("\n").split("\t")
                found[key] = text
    return found


def pixels(text):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


def main():
    first, second = (images(folder) for folder in sys.argv[1:3])
    if not first or set(first) != set(second):
        sys.exit(f"keys differ: {len(first)} and {len(second)}, "
                 f"{len(set(first) ^ set(second))} in one only")
    for key in sorted(first):
        if not np.array_equal(pixels(first[key]), pixels(second[key])):
            sys.exit(f"pixels differ: {key}")
    same = sum(first[key] == second[key] for key in first)
    print(f"{len(first)} images, every pixel equal, {same} of them byte for byte")


if __name__ == "__main__":
    main()
