#!/usr/bin/env python3
"""A folder of class folders with made-up endoscopy-like JPEGs: soft coloured noise, a dark lumen,
bright spots, sensor noise. The same arguments give the same pictures.

usage: make_images.py FOLDER [--images 500] [--classes 20] [--width 1280] [--height 1024]
Pinned: numpy 2.4.6, Pillow 11.0.0.
"""
import argparse
import multiprocessing
import pathlib

import numpy as np
from PIL import Image


def soft_noise(random, width, height):
    """Noise with more of the slow than of the fast, roughly -1 ... 1."""
    total, cells, weight = np.zeros((height, width), np.float32), 4, 1.0
    while cells < 300:
        grid = random.standard_normal((cells * height // width, cells)).astype(np.float32)
        total += weight * np.asarray(Image.fromarray(grid).resize((width, height), Image.BICUBIC))
        cells, weight = cells * 2, weight * 0.6
    return total / 2.5


def picture(label, number, width, height):
    random = np.random.default_rng([label, number])
    colour = np.array([170, 95, 85], np.float32) + 25 * np.sin(label + np.arange(3))
    slow = soft_noise(random, width, height)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - random.uniform(0.35, 0.65), y / height - random.uniform(0.35, 0.65)
    light = 0.25 + 0.85 * np.clip(np.hypot(x, y) / 0.4, 0, 1)
    for _ in range(3 + label % 5):
        at = random.uniform(-0.4, 0.4, 2)
        light = light + 0.5 * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / 0.003)
    values = (colour + slow[..., None] * np.array([60, 50, 45], np.float32)) * light[..., None]
    values += 4 * random.standard_normal((height, width, 1), dtype=np.float32)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def save(job):
    path, label, number, width, height = job
    picture(label, number, width, height).save(path, quality=85)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    for name, value in (("images", 500), ("classes", 20), ("width", 1280), ("height", 1024)):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    jobs = []
    for number in range(options.images):
        label = number % options.classes
        folder = options.folder / f"finding_{label:02}"
        folder.mkdir(parents=True, exist_ok=True)
        jobs.append((folder / f"{number:05}.jpg", label, number, options.width, options.height))
    with multiprocessing.Pool(2) as pool:
        pool.map(save, jobs, chunksize=8)
    size = sum(job[0].stat().st_size for job in jobs)
    print(f"{options.folder}: {len(jobs)} images, {size / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
