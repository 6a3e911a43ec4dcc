#!/usr/bin/env python3
"""What `cambium prepare` does, by Pillow: every image to RGB, 512x512 bicubic, JPEG of quality 95,
base64; a seeded split within each class; image and text tables with line indexes, the class
texts, and a manifest with the digest of every file.

usage: reference.py FOLDER --out FOLDER [--workers 1]
Pinned: Pillow 11.0.0.
"""
import argparse
import base64
import hashlib
import io
import json
import multiprocessing
import pathlib
import random

from PIL import Image

SIZE, QUALITY, SHARES = 512, 95, {"train": 0.6, "validation": 0.2, "test": 0.2}


def encoded(path):
    with Image.open(path) as image:
        small = image.convert("RGB").resize((SIZE, SIZE), Image.BICUBIC)
    stream = io.BytesIO()
    small.save(stream, format="JPEG", quality=QUALITY)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def split(names):
    """Rows of each split, class by class."""
    shuffled, parts, start = random.Random(42).sample(names, len(names)), {}, 0.0
    for part, share in SHARES.items():
        parts[part] = shuffled[round(start * len(names)):round((start + share) * len(names))]
        start += share
    return parts


def write_table(path, rows):
    """A table and the offset of each of its rows."""
    offset, offsets = 0, []
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            line = "\t".join(row) + "\n"
            file.write(line)
            offsets.append(offset)
            offset += len(line.encode())
    path.with_suffix(".lineidx").write_text("".join(f"{o}\n" for o in offsets))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    paths = sorted(options.folder.glob("*/*.jpg"))
    if options.workers > 1:
        with multiprocessing.Pool(options.workers) as pool:
            images = pool.map(encoded, paths, chunksize=4)
    else:
        images = [encoded(path) for path in paths]
    classes = sorted({path.parent.name for path in paths})
    texts = {name: name.replace("_", " ") for name in classes}
    rows = {part: [] for part in SHARES}
    for name in classes:
        members = [i for i, path in enumerate(paths) if path.parent.name == name]
        for part, chosen in split(members).items():
            rows[part] += chosen
    for part, chosen in rows.items():
        keys = [f"{paths[i].parent.name}/{paths[i].name}" for i in chosen]
        labels = [json.dumps({
            "class_id": classes.index(paths[i].parent.name) + 1, "source": options.folder.name,
            "class_name": texts[paths[i].parent.name], "task": "classification"}, sort_keys=True)
            for i in chosen]
        write_table(options.out / f"{part}_images.tsv", zip(keys, (images[i] for i in chosen)))
        write_table(options.out / f"{part}_text.tsv", zip(keys, labels))
    (options.out / "unique_texts.txt").write_text("".join(f"{texts[c]}\n" for c in classes))
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
               for path in sorted(options.out.iterdir())}
    (options.out / "dataset.json").write_text(json.dumps({"files": digests}, indent=2) + "\n")


if __name__ == "__main__":
    main()
