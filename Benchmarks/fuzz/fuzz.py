#!/usr/bin/env python3
"""Gives mutated files to fuzz-readers and looks for crashes, leaks, hangs and memory.

    fuzz.py PROGRAM OUT [--seed 1] [--scale 1.0] [--dicom FOLDER] [--only KIND,...]

The same files for the same seed and seeds. What fails is kept in OUT/failed with what the program
said; OUT/report.json holds the numbers. Exit status 1 when anything failed. Standard library only.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import select
import shutil
import subprocess
import sys
import tempfile
import time

import huge
import mutations
import seeds as whole

COUNTS = {"jpeg": 6000, "png": 6000, "dicom": 4000, "nifti": 2000, "nifti.gz": 2000,
          "csv": 6000, "tsv": 4000, "dataset": 2000}
READERS = {"jpeg": "image", "png": "image", "dicom": "image", "nifti": "volume",
           "nifti.gz": "volume", "csv": "manifest", "tsv": "manifest", "dataset": "dataset"}
SUFFIXES = {"jpeg": ".jpg", "nifti": ".nii", "nifti.gz": ".nii.gz", "dicom": ".dcm"}
# Seconds and MiB of resident memory for one file, what the sanitizer takes included. A picture at
# the limit of 178,956,970 pixels alone takes 512 MiB.
LIMITS = {"mutated": (30, 1500), "huge": (60, 400), "large": (120, 3000)}
ROOT = pathlib.Path(__file__).resolve().parents[2]
SANITIZER = ("detect_leaks=1:quarantine_size_mb=8:allocator_release_to_os_interval_ms=0:"
             "max_allocation_size_mb=3000:hard_rss_limit_mb=4000:malloc_context_size=12")


class Program:
    """The readers in a process of their own, begun anew when it has ended."""

    def __init__(self, path, log):
        self.path, self.log, self.process = path, log, None

    def start(self):
        environment = dict(os.environ, ASAN_OPTIONS=SANITIZER)
        self.log.seek(0)
        self.log.truncate()
        self.process = subprocess.Popen(
            [self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            env=environment)

    def read(self, reader, path, seconds):
        """(verdict, KiB, reason): decoded or refused; crash or hang end the process."""
        if not self.process:
            self.start()
        try:
            self.process.stdin.write(f"{reader}\t{path}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            return "crash", 0, self.end()
        line, until = b"", time.monotonic() + seconds
        while not line.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                self.process.kill()
                return "hang", 0, f"more than {seconds} s; {self.end()}"
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            if not part:
                return "crash", 0, self.end()
            line += part
        verdict, kibibytes, reason = line.decode(errors="replace").rstrip("\n").split("\t", 2)
        return verdict, int(kibibytes), reason

    def end(self):
        """Waits for the end; what was said."""
        status = self.process.wait()
        self.process = None
        self.log.seek(0)
        return f"status {status}: {self.log.read()[-6000:].decode(errors='replace')}"

    def finish(self):
        """Ends it as it should end; what it leaked, or nothing."""
        if not self.process:
            return ""
        self.process.stdin.close()
        said = self.end()
        return "" if said.startswith("status 0:") else said


class Run:
    def __init__(self, program, out):
        self.program, self.out = program, out
        self.counts = collections.defaultdict(collections.Counter)
        self.peaks, self.slowest, self.times = collections.Counter(), collections.Counter(), \
            collections.Counter()
        self.reasons = collections.defaultdict(collections.Counter)

    def give(self, kind, name, path, sort="mutated"):
        seconds, most = LIMITS[sort]
        start = time.monotonic()
        verdict, kibibytes, reason = self.program.read(READERS[kind.split()[-1]], path, seconds)
        took = time.monotonic() - start
        if verdict in ("decoded", "refused") and kibibytes > most * 1024:
            verdict, reason = "memory", f"{kibibytes >> 10} MiB: {reason}"
        counts = self.counts[kind]
        counts["files"] += 1
        counts[verdict] += 1
        self.peaks[kind] = max(self.peaks[kind], kibibytes)
        self.slowest[kind] = max(self.slowest[kind], took)
        self.times[kind] += took
        if verdict == "refused":
            self.reasons[kind][sorted_out(reason)] += 1
        if verdict not in ("decoded", "refused"):
            self.keep(kind, name, path, verdict, reason)

    def keep(self, kind, name, path, verdict, reason):
        kept = self.out / "failed" / f"{kind.replace(' ', '-')}-{self.counts[kind]['files']}"
        if path.is_dir():
            shutil.copytree(path, kept, dirs_exist_ok=True)
        else:
            kept = kept.with_name(kept.name + path.suffix)
            shutil.copy(path, kept)
        kept.with_name(kept.name + ".txt").write_text(f"{name}\n{verdict}\n{reason}\n")
        print(f"{verdict}: {kept} ({name}): {' '.join(reason.split())[:300]}", flush=True)

    def leaks(self, kind):
        said = self.program.finish()
        if said:
            self.counts[kind]["leaks"] += 1
            (self.out / "failed" / f"{kind.replace(' ', '-')}-leaks.txt").write_text(said)
            print(f"at the end of {kind}: {' '.join(said.split())[:600]}", flush=True)

    def row(self, kind):
        counts = self.counts[kind]
        print(f"{kind:14}" + "".join(
            f"{name} {counts[name]:<6}" for name in
            ("files", "decoded", "refused", "crash", "hang", "memory", "leaks")) +
            f"peak {self.peaks[kind] >> 10} MiB, slowest {self.slowest[kind]:.1f} s, "
            f"all {self.times[kind]:.0f} s", flush=True)

    @property
    def failures(self):
        return sum(counts[name] for counts in self.counts.values()
                   for name in ("crash", "hang", "memory", "leaks"))


def sorted_out(reason):
    """A reason without its numbers and names, to count how many different ones there were."""
    return "".join("#" if c.isdigit() else c for c in reason.split(":", 1)[-1])[:60]


def write(folder, kind, number, data):
    if isinstance(data, dict):
        path = folder / f"set{number}"
        path.mkdir()
        for name, content in data.items():
            (path / name).write_bytes(content)
        return path
    path = folder / f"{number}{SUFFIXES.get(kind, '.' + kind)}"
    path.write_bytes(data)
    return path


def clear(path):
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def mutate(run, kind, seeds, count, seed):
    generator = random.Random(f"{seed} {kind}")
    names = sorted(seeds)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            name = names[number % len(names)]
            data = damaged(kind, seeds, name, names, generator)
            path = write(pathlib.Path(folder), kind, number, data)
            run.give(kind, name, path)
            clear(path)
    run.leaks(kind)
    run.row(kind)


def damaged(kind, seeds, name, names, generator):
    other = seeds[generator.choice(names)]
    if kind != "dataset":
        return mutations.damaged(kind, seeds[name], other, generator)
    files = dict(seeds[name])
    for _ in range(generator.choice([1, 1, 2])):
        file = generator.choice(sorted(files))
        part = other[generator.choice(sorted(other))]
        files[file] = mutations.damaged(kind, files[file], part, generator)
    return files


def promise(run, seeds):
    """The files of huge.py."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (sort, kind, name, data) in enumerate(huge.cases(seeds)):
            path = write(pathlib.Path(folder), kind, number, data)
            run.give(f"{sort} {kind}", name, path, sort)
            clear(path)
    run.leaks("huge")
    for kind in sorted(run.counts):
        if kind.split()[0] in LIMITS:
            run.row(kind)


def unharmed(run, seeds):
    """The seeds themselves: they show that the readers are reached."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in COUNTS:
            for number, (name, data) in enumerate(seeds[kind].items()):
                path = write(pathlib.Path(folder), kind, f"{kind}-{number}", data)
                run.give(f"whole {kind}", name, path)
            run.row(f"whole {kind}")


def gather(dicom):
    seeds = whole.fixtures(ROOT)
    if dicom:
        seeds["dicom"].update(whole.folder_of_dicom(pathlib.Path(dicom).resolve()))
    small = [data for name, data in sorted(seeds["jpeg"].items()) if len(data) < 1000]
    seeds["csv"] = {name: text.encode() for name, text in whole.MANIFESTS.items()
                    if name.endswith(".csv")}
    seeds["tsv"] = {name: text.encode() for name, text in whole.MANIFESTS.items()
                    if name.endswith(".tsv")}
    seeds["dataset"] = whole.tables(small[:10])
    seeds["dataset"]["pandas"] = whole.folder(ROOT / "Tests/CorpusTests/Fixtures/pandas-set")
    return seeds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--dicom", help="a folder of DICOM files, such as pydicom's data")
    parser.add_argument("--only", default=",".join([*COUNTS, "huge", "whole"]))
    options = parser.parse_args()
    shutil.rmtree(options.out, ignore_errors=True)
    (options.out / "failed").mkdir(parents=True)
    seeds, chosen = gather(options.dicom), options.only.split(",")
    with open(options.out / "said.txt", "w+b") as log:
        run = Run(Program(options.program, log), options.out)
        if "whole" in chosen:
            unharmed(run, seeds)
        if "huge" in chosen:
            promise(run, seeds)
        for kind, count in COUNTS.items():
            if kind in chosen:
                mutate(run, kind, seeds[kind], round(count * options.scale), options.seed)
    report = {kind: {**counts, "peak_mib": run.peaks[kind] >> 10, "seeds": len(
        seeds.get(kind.split()[-1], [])), "different_reasons": len(run.reasons[kind]),
        "slowest_s": round(run.slowest[kind], 2)} for kind, counts in run.counts.items()}
    (options.out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    print(f"{run.failures} failures; {options.out}/report.json")
    sys.exit(run.failures > 0)


main()
