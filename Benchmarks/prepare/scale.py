#!/usr/bin/env python3
"""Whether the time per image and the memory of `cambium prepare` depend on the number of images.

Fashion-MNIST (Debian's dataset-fashion-mnist, 70,000 grey images of 28x28) as PNG files in class
folders: 1,000, 10,000 and all of them are prepared at 28 pixels, the sizes in turn, and the largest
set is validated and read back. Then the photographs of run.sh, each linked COPIES times.

usage: scale.py CAMBIUM [--rounds 3] [--copies 100]      (pictures and results: .demo/benchmark-scale)
Needs nothing but Python's own library.
"""
import argparse
import gzip
import json
import multiprocessing
import os
import pathlib
import shutil
import statistics
import struct
import subprocess
import sys
import time
import zlib

FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")
DEMO = pathlib.Path(__file__).resolve().parents[2] / ".demo"
WORK = DEMO / "benchmark-scale"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels, width, height):
    rows = b"".join(b"\0" + pixels[y * width:(y + 1) * width] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def fashion():
    for part in ("train", "t10k"):
        images = gzip.open(FASHION / f"{part}-images-idx3-ubyte.gz").read()[16:]
        labels = gzip.open(FASHION / f"{part}-labels-idx1-ubyte.gz").read()[8:]
        for number, label in enumerate(labels):
            yield f"class_{label}", f"{part}_{number:05d}.png", images[784 * number:784 * (number + 1)]


def make_fashion(folder, count):
    if folder.exists():
        return
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for number, (label, name, pixels) in enumerate(fashion()):
        if number == count:
            break
        (partial / label).mkdir(parents=True, exist_ok=True)
        (partial / label / name).write_bytes(png(pixels, 28, 28))
    partial.rename(folder)


def make_copies(folder, source, copies):
    if folder.exists():
        return
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for path in sorted(source.glob("*/*")):
        (partial / path.parent.name).mkdir(parents=True, exist_ok=True)
        for copy in range(copies):
            os.link(path, partial / path.parent.name / f"{copy:03d}_{path.name}")
    partial.rename(folder)


def apart(work, *arguments):
    """Work in a process of its own: a program's peak counts what its parent held when it forked."""
    process = multiprocessing.Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{work.__name__} failed")


def run(*command, allowed=(0,)):
    """Seconds and peak MiB of one program."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        sys.exit(f"{' '.join(map(str, command))} ended with status {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def prepare(cambium, images, size, *more):
    out = WORK / "out"
    shutil.rmtree(out, ignore_errors=True)
    return run(cambium, "prepare", images, "--out", out, "--size", size, "--quiet", *more)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cambium")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--copies", type=int, default=100)
    arguments = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    rows = []

    def tell(what, count, samples):
        seconds = statistics.median(second for second, _ in samples)
        peak = max(memory for _, memory in samples)
        rows.append({"what": what, "images": count, "seconds": seconds,
                     "microseconds_per_image": seconds / count * 1e6, "peak_mib": peak})
        print(f"{what:34} {count:6} {seconds:8.2f} s {seconds / count * 1e6:9.1f} us each "
              f"{peak:6.0f} MiB", flush=True)

    if FASHION.is_dir():
        counts = (1000, 10_000, 70_000)
        for count in counts:
            apart(make_fashion, WORK / f"fashion-{count}", count)
        samples = {count: [] for count in counts}
        for _ in range(arguments.rounds):
            for count in counts:
                samples[count].append(prepare(arguments.cambium, WORK / f"fashion-{count}", 28))
        for count in counts:
            tell("prepare, Fashion-MNIST", count, samples[count])
        # 1: it found errors, here near duplicates across splits among what looked apart before JPEG.
        tell("validate", counts[-1], [run(
            arguments.cambium, "validate", WORK / "out", allowed=(0, 1))])
        table = WORK / "read.npy"
        table.unlink(missing_ok=True)
        tell("embed raw pixels of train", 42_000, [run(
            arguments.cambium, "embed", "--model", "raw-pixels:28", "--images",
            WORK / "out" / "train_images.tsv", "--out", table, "--quiet")])
    else:
        print("no Fashion-MNIST here: apt-get install dataset-fashion-mnist")
    photographs = DEMO / "benchmark-prepare" / "images"
    if photographs.is_dir():
        copies = WORK / f"photographs-{arguments.copies}"
        apart(make_copies, copies, photographs, arguments.copies)
        tell("prepare, 1280x1024 to 512x512", 500, [prepare(arguments.cambium, photographs, 512)])
        tell("prepare, 1280x1024 to 512x512", 500 * arguments.copies,
             [prepare(arguments.cambium, copies, 512, "--duplicates", "report")])
    else:
        print("no photographs: run Benchmarks/prepare/run.sh first")
    (DEMO / "benchmarks").mkdir(exist_ok=True)
    (DEMO / "benchmarks" / "prepare-scale.json").write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
