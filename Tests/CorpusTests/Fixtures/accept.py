#!/usr/bin/env python3
"""Reads a data set as other programs do: pandas, base64 and PIL, and by the UniCL TSV reader's rules.

Pinned: pandas 2.2.3, Pillow 11.0.0.
usage: accept.py DATASET [--size 512] [--any-size]
Prints a line of JSON a split; ends with status 1 and the reason at the first thing a reader would stumble over.
"""
import argparse
import base64
import csv
import io
import json
import os
import sys

import pandas as pd
from PIL import Image


def fail(reason):
    sys.exit(f"not accepted: {reason}")


def read_with_pandas(folder, split, labels, first):
    """As the account's evaluation does: two frames without a header, joined on the name."""
    options = {"sep": "\t", "header": None, "encoding": "utf-8", "keep_default_na": False}
    images = pd.read_csv(f"{folder}/{split}_images.tsv", names=["Name", "image"], **options)
    texts = pd.read_csv(f"{folder}/{split}_text.tsv", names=["Name", "text"], quoting=csv.QUOTE_NONE, **options)
    if images["Name"].duplicated().any() or texts["Name"].duplicated().any():
        fail(f"{split}: a key stands twice")
    frame = images.merge(texts, on="Name", how="outer", indicator=True)
    if not (frame["_merge"] == "both").all():
        fail(f"{split}: {frame[frame['_merge'] != 'both']['Name'].iloc[0]} is in one table only")
    for name, image, text in zip(frame["Name"], frame["image"], frame["text"]):
        picture = Image.open(io.BytesIO(base64.b64decode(image, validate=True)))
        picture.load()
        if picture.format != "JPEG" or picture.mode != "RGB":
            fail(f"{split}: {name} is {picture.format} {picture.mode}")
        yield name, picture.size, check_label(name, text, labels, first)


def check_label(name, text, labels, first):
    label = json.loads(text)
    if sorted(label) != ["class_id", "class_name", "source", "task"]:
        fail(f"{name}: members {sorted(label)}")
    number = label["class_id"] - first
    if not 0 <= number < len(labels) or labels[number] != label["class_name"]:
        fail(f"{name}: class_id {label['class_id']} is not {label['class_name']!r} in unique_texts.txt")
    return label["class_id"]


class TSVFile:
    """The rules of the UniCL and Oscar readers: seek to the offset of a row, read a line, split at tabs."""

    def __init__(self, path):
        self.file = open(path, "rb")
        with open(os.path.splitext(path)[0] + ".lineidx", encoding="ascii") as index:
            self.offsets = [int(line.strip()) for line in index]

    def __len__(self):
        return len(self.offsets)

    def __getitem__(self, row):
        self.file.seek(self.offsets[row])
        return [cell.strip() for cell in self.file.readline().decode("utf-8").split("\t")]


def read_as_unicl(folder, split):
    images, texts = TSVFile(f"{folder}/{split}_images.tsv"), TSVFile(f"{folder}/{split}_text.tsv")
    lines = sum(1 for _ in open(f"{folder}/{split}_images.tsv", "rb"))
    if not len(images) == len(texts) == lines:
        fail(f"{split}: {len(images)} and {len(texts)} offsets for {lines} rows")
    for row in range(len(images)):
        image, text = images[row], texts[row]
        if len(image) != 2 or len(text) != 2:
            fail(f"{split} row {row}: {len(image)} and {len(text)} columns")
        if image[0] != text[0]:
            fail(f"{split} row {row}: key {image[0]} beside {text[0]}")
        Image.open(io.BytesIO(base64.b64decode(image[1]))).convert("RGB")
        if json.loads(text[1])["task"] != "classification":
            fail(f"{split} row {row}: another task")
        yield image[0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--any-size", action="store_true")
    arguments = parser.parse_args()
    with open(f"{arguments.folder}/unique_texts.txt", encoding="utf-8") as file:
        labels = file.read().splitlines()
    first = json.load(open(f"{arguments.folder}/dataset.json", encoding="utf-8"))["first_class_id"]
    for split in ("train", "validation", "test"):
        if not os.path.exists(f"{arguments.folder}/{split}_images.tsv"):
            continue
        rows = list(read_with_pandas(arguments.folder, split, labels, first))
        for name, size, _ in rows:
            if not arguments.any_size and size != (arguments.size, arguments.size):
                fail(f"{split}: {name} is {size}")
        keys = list(read_as_unicl(arguments.folder, split))
        if sorted(keys) != sorted(name for name, _, _ in rows):
            fail(f"{split}: the two readers see other keys")
        print(json.dumps({"split": split, "pandas_rows": len(rows), "unicl_rows": len(keys),
                          "classes": len({label for _, _, label in rows})}))


main()
