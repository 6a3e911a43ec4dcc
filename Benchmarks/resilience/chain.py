#!/usr/bin/env python3
"""A whole line of commands under `cambium run`, killed again and again, against one left alone;
then what runs again after each kind of change.

The line is the usual one over made-up pictures and a tiny model: data set, training, embeddings,
evaluations, adapter, report, bundle. Each kill is SIGKILL at a random moment to the run's whole
process group (its stages, in groups of their own, end with it); the same command goes on. At the
end everything in the run's folder is compared byte for byte with that of the run left alone. Not
compared is what holds times: lineage.json, logs/, .digests (the cache of digests), of training the
throughput in log.jsonl and TensorBoard's files, whose scalars are compared instead.

Then the finished run is changed in one place at a time, and the stages that ran again must be
exactly those that read, through files, what became different: a file that was only touched runs
nothing again, and a stage that ran again to the same bytes runs nothing after it.

usage: chain.py CAMBIUM [--kills 10] [--seed 1] [--jobs 1] [--work FOLDER]
Exit status 0 when nothing differs. Needs Python's own library only.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

import tiny

RECIPE = """
out: out
line:
  images: pictures
  train: training.yaml
  adapter: mlp-conv
  options:
    prepare: --size 32 --duplicates report
"""
# What holds times, and nothing else.
TIMED = {"lineage.json", ".digests"}
ALL = ("prepare train embed-train embed-validation embed-test majority knn zero-shot adapt adapter "
       "report package verify").split()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("cambium", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--work", type=pathlib.Path, default=tiny.DEMO / "resilience-chain")
    return parser.parse_args()


class Line:
    """A folder with pictures, recipes and a run."""

    def __init__(self, program, work, jobs):
        self.program, self.work, self.jobs = program, work, jobs
        self.out = work / "out"
        work.mkdir(parents=True)
        draw = random.Random(7)
        for number, name in enumerate(tiny.CLASSES):
            folder = work / "pictures" / name
            folder.mkdir(parents=True)
            for index in range(20):
                (folder / f"{index:03d}.png").write_bytes(tiny.picture(number, draw))
        tiny.recipe(work / "training.yaml", "", 3)
        (work / "line.yaml").write_text(RECIPE)

    def start(self, *more):
        # Threads of its own: the number of threads must not depend on the jobs.
        command = [self.program, "run", self.work / "line.yaml", "--jobs", self.jobs, *more]
        scratch = self.work / "scratch"
        scratch.mkdir(exist_ok=True)
        return tiny.Run(command, self.work / "messages", scratch)

    def finish(self):
        """Runs to the end; gives the stages that ran."""
        run = self.start()
        if run.wait() != 0:
            sys.exit(f"a run failed:\n{run.messages}")
        return [line.split(":")[0] for line in run.messages.splitlines() if ": done in " in line]

    def compare(self, whole):
        a, b = ({name: content for name, content in tiny.files(line.out).items()
                 if name not in TIMED and not name.startswith(("logs/", "training/"))}
                for line in (whole, self))
        lines = [f"missing: {name}" for name in sorted(a.keys() - b.keys())]
        lines += [f"left over: {name}" for name in sorted(b.keys() - a.keys())]
        lines += [f"differs: {name}" for name in sorted(a.keys() & b.keys()) if a[name] != b[name]]
        lines += [f"training: {line}" for line in
                  tiny.differences(whole.out / "training", self.out / "training")]
        return lines, len(a) + len(tiny.files(whole.out / "training"))


def kill_often(line, whole, seconds, kills, draw):
    """Kills the run at random moments until it was killed often enough, then lets it end."""
    hits, wrong, files = {}, [], 0
    while kills:
        shutil.rmtree(line.out, ignore_errors=True)
        while True:
            run = line.start()
            if kills:
                time.sleep(draw.uniform(0, 3 * seconds / 10))
            if not kills or run.ended:
                break
            run.kill()
            kills -= 1
            try:
                stages = json.loads((line.out / "lineage.json").read_text())["stages"]
                names = [name for name, stage in stages.items() if stage["status"] == "running"]
            except OSError:
                names = []
            print(f"  killed in: {', '.join(names) or 'between stages'}", flush=True)
            for name in names or ["between stages"]:
                hits[name] = hits.get(name, 0) + 1
        if run.wait() != 0:
            sys.exit(f"a run that went on failed:\n{run.messages}")
        differences, files = line.compare(whole)
        wrong += differences
        left = [path for path in tiny.files(line.work) if ".partial-" in path]
        wrong += [f"left over: {path}" for path in left]
        wrong += [f"left over: {path}" for path in tiny.files(line.work / "scratch")]
    return hits, wrong, files


def changes(line):
    """One change at a time: its name, what it does, the stages that must run again."""
    def picture_of(split):
        table = (line.out / "data" / f"{split}_images.tsv").read_text()
        return line.work / "pictures" / table.split("\t")[0]

    def replace(split):
        # Another polyp, of the same size.
        path = picture_of(split)
        path.write_bytes(tiny.picture(tiny.CLASSES.index(path.parent.name), random.Random(99)))

    picture = picture_of("train")
    training, recipe = line.work / "training.yaml", line.work / "line.yaml"
    after_head = ["adapt", "adapter", "report", "package", "verify"]

    def text(path, before, after):
        content = path.read_text()
        assert before in content
        path.write_text(content.replace(before, after))

    return [
        ("nothing", lambda: None, []),
        ("a picture touched", lambda: os.utime(picture), []),
        ("a picture written again", lambda: picture.write_bytes(picture.read_bytes()), []),
        ("a comment in the recipe", lambda: recipe.write_text(recipe.read_text() + "# ok\n"), []),
        # The same weights come out, so that nothing after it is read differently.
        ("a comment in the training recipe",
         lambda: training.write_text(training.read_text() + "# ok\n"), ["train"]),
        ("an embedding taken away",
         lambda: (line.out / "embeddings" / "test.npy").unlink(), ["embed-test"]),
        ("a result changed by hand",
         lambda: text(line.out / "results" / "knn" / "metrics.json", "{", "{ "), ["knn"]),
        ("a file added to the bundle",
         lambda: (line.out / "bundle" / "notes.txt").write_text("mine"), ["package"]),
        ("a setting of the adapter",
         lambda: text(recipe, "  options:\n", "  options:\n    adapt: --calibrate\n"), after_head),
        ("a setting of the training",
         lambda: text(training, "START_LEARNING_RATE: 1e-3", "START_LEARNING_RATE: 2e-3"),
         ALL[1:]),
        # Weights, and what the adapter learns from, come out the same.
        ("a test picture", lambda: replace("test"), [name for name in ALL if name != "adapt"]),
        ("a training picture", lambda: replace("train"), ALL),
    ]


def main():
    options = arguments()
    work = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    program = options.cambium.resolve()
    whole = Line(program, work / "whole", options.jobs)
    began = time.monotonic()
    if whole.finish() and not all((whole.out / name).exists() for name in ("bundle", "report.html")):
        sys.exit("the run left alone made no bundle")
    seconds = time.monotonic() - began
    print(f"left alone: {seconds:.1f} s", flush=True)

    line = Line(program, work / "killed", options.jobs)
    hits, wrong, files = kill_often(line, whole, seconds, options.kills, random.Random(options.seed))
    print(f"{sum(hits.values())} kills; equal: {files} files" if not wrong else "\n".join(wrong))

    rows = [("changed", "ran again", "seconds")]
    for name, change, expected in changes(line):
        change()
        began = time.monotonic()
        ran = line.finish()
        took = time.monotonic() - began
        rows.append((name, ", ".join(ran) if ran != ALL else "all", f"{took:.2f}"))
        if sorted(ran) != sorted(expected):
            wrong.append(f"{name}: ran {ran}, expected {expected}")
    tiny.table(rows)
    print("\n".join(wrong) or "exactly what depends on it ran again")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
