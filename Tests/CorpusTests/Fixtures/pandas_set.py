#!/usr/bin/env python3
"""Writes a small data set as programs with pandas write one: quoted cells, ids from 0, CRLF if asked, captions.

Pinned: pandas 2.2.3, numpy 2.2.6, Pillow 11.0.0.
usage: pandas_set.py pandas-set
"""
import base64
import io
import json
import os
import sys

import numpy as np
import pandas as pd
from PIL import Image

TEXTS = ["endoscopy cecum", 'endoscopy "other"', "endoscopy Größe 肺"]
rng = np.random.default_rng(2)


def picture():
    out = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(out, "JPEG", quality=60)
    return base64.b64encode(out.getvalue()).decode()


def write(folder, split, count, **options):
    rows = []
    for number in range(count):
        text = TEXTS[number % 3]
        label = {"class_id": number % 3, "class_name": text, "source": "gastrovision", "task": "classification"}
        name = f'{split} "{number}".jpg' if number % 4 == 1 else f"{split} {number}.jpg"
        rows.append((f"c{number % 3}/{name}-{name}", picture(), json.dumps(label)))
    frame = pd.DataFrame(rows, columns=["name", "image", "text"])
    options = {"sep": "\t", "index": False, "header": False, **options}
    frame[["name", "image"]].to_csv(f"{folder}/{split}_images.tsv", **options)
    frame[["name", "text"]].to_csv(f"{folder}/{split}_text.tsv", **options)


folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
write(folder, "train", 6)
write(folder, "validation", 3, lineterminator="\r\n")
write(folder, "test", 3, quoting=1)
with open(f"{folder}/unique_texts.txt", "w", encoding="utf-8") as file:
    file.writelines(f"{text}\n" for text in TEXTS)
