#!/usr/bin/env python3
"""A folder of class folders with planted duplicates, and the list of what was planted.

Originals: slices of a real MRI volume (neighbours 1 mm apart, the hard case for false alarms) and
made-up endoscopy-like photographs. Planted: 30 exact copies (the same pixels, half of them saved
once more as PNG), 15 each resized (50-130 %), recompressed (JPEG quality 30-80), cropped (2-5 %
off each axis) and changed in brightness (0.75-1.3), and 10 patients with four images each whose
images a split by image divides. Copies lie in other class folders now and then. The same seed
gives the same pictures.

usage: make_planted.py FOLDER --volume ch2.nii.gz [--seed 1] [--slices 300] [--photographs 150]
Pinned: numpy 2.4.6, Pillow 11.0.0. ch2.nii.gz is in the Debian package mricron-data.
"""
import argparse
import gzip
import io
import pathlib
import struct
import sys

import numpy as np
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "prepare"))
from make_images import picture  # noqa: E402

KINDS = ("resized", "recompressed", "cropped", "brightness")


def volume(path):
    data = gzip.open(path).read()
    order = "<" if struct.unpack("<i", data[:4])[0] == 348 else ">"
    size = struct.unpack(order + "8h", data[40:56])
    kind = {2: "u1", 4: "i2", 16: "f4"}[struct.unpack(order + "h", data[70:72])[0]]
    start = int(struct.unpack(order + "f", data[108:112])[0])
    count = size[1] * size[2] * size[3]
    voxels = np.frombuffer(data, order + kind, count, start).reshape(size[3], size[2], size[1])
    low, high = np.percentile(voxels[voxels > 0], [1, 99])
    return (np.clip((voxels - low) / (high - low), 0, 1) * 255).astype(np.uint8)


def slices(path, wanted):
    """Slices with enough foreground, neighbours among them."""
    voxels, found = volume(path), []
    for axis, name in enumerate(("axial", "coronal", "sagittal")):
        for index in range(voxels.shape[axis]):
            cut = np.take(voxels, index, axis)[::-1]
            if (cut > 25).mean() > 0.05:
                found.append((f"mri_{name}", f"{index:03}", Image.fromarray(cut)))
    step = len(found) / wanted if wanted < len(found) else 1
    # Runs of ten neighbours, so that alike slices stay in.
    runs = [found[i:i + 10] for i in range(0, len(found), 10)]
    return [one for run in runs[::max(1, round(step))] for one in run][:wanted]


def changed(image, kind, random):
    width, height = image.size
    if kind == "resized":
        factor = random.choice([0.5, 0.6, 0.75, 0.9, 1.3])
        size = (round(width * factor), round(height * factor))
        return image.resize(size, Image.BICUBIC), {"quality": 95}
    if kind == "recompressed":
        return image, {"quality": int(random.integers(30, 81))}
    if kind == "cropped":
        cut = random.uniform(0.02, 0.05, 2)
        new = (round(width * (1 - cut[0])), round(height * (1 - cut[1])))
        at = [int(random.integers(0, old - n + 1)) for old, n in zip(image.size, new)]
        return image.crop((*at, at[0] + new[0], at[1] + new[1])), {"quality": 90}
    factor = random.choice([0.75, 0.85, 1.15, 1.3])
    levels = np.clip(np.asarray(image, np.float32) * factor, 0, 255).astype(np.uint8)
    return Image.fromarray(levels), {"quality": 90}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--volume", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slices", type=int, default=300)
    parser.add_argument("--photographs", type=int, default=150)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    images = [(label, name, image.convert("RGB"))
              for label, name, image in slices(options.volume, options.slices)]
    for number in range(options.photographs):
        label = number % 5
        images.append((f"finding_{label}", f"{number:03}", picture(label, number, 640, 512)))
    keys, planted = [], []
    for number, (label, name, image) in enumerate(images):
        # The first 40 photographs are four each of ten patients.
        place = number - (len(images) - options.photographs)
        patient = f"P{place // 4:02}" if 0 <= place < 40 else f"Q{number:03}"
        key = f"{label}/{patient}_{name}.png"
        (options.folder / label).mkdir(parents=True, exist_ok=True)
        image.save(options.folder / key)
        keys.append(key)
    labels = sorted({label for label, _, _ in images})
    chosen = random.permutation(len(images))[:90]
    for order, number in enumerate(chosen):
        label, name, image = images[number]
        if random.random() < 0.2:
            label = labels[int(random.integers(len(labels)))]
        kind = "exact" if order < 30 else KINDS[(order - 30) // 15]
        key = f"{label}/R{order:03}_{name}.{'png' if kind == 'exact' else 'jpg'}"
        if kind == "exact":
            if order % 2:
                image.save(options.folder / key, compress_level=1)
            else:
                (options.folder / key).write_bytes((options.folder / keys[number]).read_bytes())
        else:
            copy, saving = changed(image, kind, random)
            stream = io.BytesIO()
            copy.save(stream, "JPEG", **saving)
            (options.folder / key).write_bytes(stream.getvalue())
        planted.append((kind, keys[number], key))
    with open(f"{options.folder}.planted.tsv", "w", encoding="utf-8") as file:
        for row in planted:
            file.write("\t".join(row) + "\n")
    print(f"{options.folder}: {len(images)} originals, {len(planted)} planted copies")


if __name__ == "__main__":
    main()
