#!/usr/bin/env python3
"""Feeds mutated DICOM files to dicom-values and looks for crashes, hangs and memory.

    fuzz.py PROGRAM FOLDER [COUNT] [SEED]      (FOLDER: whole files, such as pydicom's test files)

Each file is damaged by a few flipped, overwritten, removed, repeated or cut bytes, half of them in
the headers and half anywhere. Exit status 1 when the program ends by a signal or with a status of
its own, takes longer than 60 s for 50 files, or more than 1500 MB (what AddressSanitizer itself
takes included). A program built with `--sanitize address` works the same.
"""
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

BATCH = 50
SECONDS = 60
MEGABYTES = 1500


def damaged(data, generator):
    data = bytearray(data)
    for _ in range(generator.randint(1, 5)):
        if not data:
            break
        head = min(len(data), 2500) if generator.random() < 0.5 else len(data)
        place = generator.randrange(head)
        kind = generator.randrange(7)
        if kind == 0:
            data[place] ^= 1 << generator.randrange(8)
        elif kind == 1:
            data[place] = generator.randrange(256)
        elif kind == 2:
            data[place] = generator.choice([0, 0xFF, 0x7F, 0x80])
        elif kind == 3:
            del data[place:place + generator.randint(1, 9)]
        elif kind == 4:
            data[place:place] = data[place:place + generator.randint(1, 64)]
        elif kind == 5:
            data[place:place + 4] = generator.choice([b"\xff" * 4, b"\0\0\0\x80", b"\xff\xff\xff\x7f"])
        elif generator.random() < 0.3:
            del data[place:]
    return bytes(data)


def run(program, paths, folder):
    """How a run on some files ended: nothing, or what went wrong, and its peak memory in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    try:
        done = subprocess.run([program, folder, *paths], capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "hangs", 0
    peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
    if done.returncode != 0:
        return f"status {done.returncode}: {done.stderr.decode(errors='replace')[-3000:]}", peak
    return "" if peak <= MEGABYTES else f"{peak:.0f} MB", peak


def main():
    program, root = sys.argv[1], pathlib.Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    generator = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    seeds = [path.read_bytes() for path in sorted(root.rglob("*"))
             if path.is_file() and path.stat().st_size < 400_000 and b"DICM" in
             path.read_bytes()[:132]]
    failures, peak = 0, 0.0
    for start in range(0, count, BATCH):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number in range(start, min(start + BATCH, count)):
                paths.append(os.path.join(folder, f"{number}.dcm"))
                pathlib.Path(paths[-1]).write_bytes(damaged(generator.choice(seeds), generator))
            wrong, memory = run(program, paths, folder)
            peak = max(peak, memory)
            if not wrong:
                continue
            for path in paths:
                alone, _ = run(program, [path], folder)
                if alone:
                    failures += 1
                    kept = f"{tempfile.gettempdir()}/failed-{pathlib.Path(path).name}"
                    pathlib.Path(kept).write_bytes(pathlib.Path(path).read_bytes())
                    print(f"{kept}: {alone}", flush=True)
    print(f"{count} mutated files of {len(seeds)}: {failures} failures, peak {peak:.0f} MB")
    sys.exit(failures > 0)


main()
