#!/usr/bin/env python3
"""Writes compat.json: a small folder tree and what the rules of Microsoft's GastroVision sample make of it.

The rules, written down again after the published description: `.jpg` files in sorted order, key `FOLDER/NAME-NAME`,
resize before the conversion to RGB, JPEG at quality 95, the 22 most frequent texts, ids from 0 by first appearance,
two stratified splits with random_state 42, pandas' to_csv.

No classes tie for the 22nd place: what pandas keeps then depends on the processor (an unstable sort).

Pinned: pandas 2.2.3, scikit-learn 1.6.1, numpy 2.2.6, Pillow 11.0.0.
usage: make_compat.py > compat.json      (make_compat.py --tree DIR also leaves the tree there)
"""
import base64
import csv
import glob
import hashlib
import io
import json
import os
import sys
import tempfile

import numpy as np
import pandas as pd
from PIL import Image
from sklearn.model_selection import train_test_split

SIZE = 40
rng = np.random.default_rng(11)


def picture(number, mode, **options):
    shape = (14 + number, 18, 3) if mode == "RGB" else (14 + number, 18)
    image = Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8)).resize((60 + number, 44))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60 + number, **options)
    return base64.b64encode(out.getvalue()).decode()


PICTURES = [picture(0, "RGB"), picture(1, "RGB", progressive=True), picture(2, "L"), picture(3, "RGB", subsampling=0),
            picture(4, "RGB", comment=b"from the endoscope"), picture(5, "RGB", dpi=(72, 72))]


def tree():
    """(path, picture)"""
    count = 0
    for number in range(24):
        folder = f"Class {number:02d}" if number % 2 else f"finding_{number:02d}"
        folder = {3: "Größe 肺", 5: 'the "other"', 8: "site/Polyps", 9: "site.b/Ulcer"}.get(number, folder)
        for image in range(2 if number in (4, 17, 20) else 5 + number % 4):
            name = f"{image * 7 % 10} {number}.jpg" if image != 3 else f'quote "{number}".jpg'
            yield f"{folder}/{name}", count % len(PICTURES)
            count += 1
    yield "Class 01/upper.JPG", 0
    yield "Class 01/other.png", 0
    yield "Class 01/.hidden.jpg", 0
    yield ".cache/hidden.jpg", 0
    for name in range(6):
        yield f"{name} in the root.jpg", name


def write_tree(root):
    for path, number in tree():
        os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
        with open(os.path.join(root, path), "wb") as file:
            file.write(base64.b64decode(PICTURES[number]))


def encoded(path):
    out = io.BytesIO()
    Image.open(path).resize((SIZE, SIZE)).convert("RGB").save(out, format="JPEG", quality=95)
    return base64.b64encode(out.getvalue()).decode("ascii")


def prepare(root, out):
    rows = []
    for path in sorted(glob.glob(os.path.join(glob.escape(root), "**", "*.jpg"), recursive=True)):
        folder, name = os.path.basename(os.path.dirname(path)), os.path.basename(path)
        rows.append((f"{folder}/{name}-{name}", encoded(path), f"endoscopy gastrointestinal {folder.lower()}"))
    frame = pd.DataFrame(rows, columns=["filename", "image", "text"])
    frame = frame[frame["text"].isin(frame["text"].value_counts().index[:22])].reset_index(drop=True)
    texts = list(frame["text"].unique())
    with open(f"{out}/unique_texts.txt", "w", encoding="utf-8") as file:
        file.writelines(f"{text}\n" for text in texts)
    frame["text"] = [
        json.dumps({"class_id": texts.index(text), "class_name": text, "source": "gastrovision",
                    "task": "classification"}) for text in frame["text"]]
    train, rest = train_test_split(frame, test_size=0.4, random_state=42, stratify=frame["text"])
    validation, test = train_test_split(rest, test_size=0.5, random_state=42, stratify=rest["text"])
    for name, part in {"train": train, "validation": validation, "test": test}.items():
        options = {"sep": "\t", "index": False, "header": False}
        part[["filename", "text"]].to_csv(f"{out}/{name}_text.tsv", quoting=csv.QUOTE_NONE, **options)
        part[["filename", "image"]].to_csv(f"{out}/{name}_images.tsv", **options)


def main():
    with tempfile.TemporaryDirectory() as work:
        root = sys.argv[2] if sys.argv[1:2] == ["--tree"] else f"{work}/endo"
        out = f"{work}/out"
        os.makedirs(out)
        write_tree(root)
        prepare(root, out)
        files = {}
        for name in sorted(os.listdir(out)):
            with open(f"{out}/{name}", "rb") as file:
                files[name] = hashlib.sha256(file.read()).hexdigest()
        with open(f"{out}/train_text.tsv", encoding="utf-8") as file:
            train = file.read()
        print(json.dumps({"root": os.path.basename(root), "size": SIZE, "pictures": PICTURES,
                          "tree": [list(entry) for entry in tree()], "files": files, "train_text": train},
                         ensure_ascii=False, indent=0))


main()
