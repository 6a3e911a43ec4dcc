#!/usr/bin/env python3
"""Memory over many steps, and what a large checkpoint costs.

steps: the tiny model of kills.py trains for 2,000 steps, with checkpoints and evaluations on the
way; the resident memory of the first and the last hundred steps, and its slope.
checkpoint: a model whose text tower is wide (some 600 million parameters) takes three steps, with
checkpoints after the second and the third; memory while it trains and while it writes, and the
seconds for which a checkpoint stops training. It needs 16 GiB of memory and 30 GB of disk.

usage: memory.py CAMBIUM [--steps 2000] [--checkpoint [--width 2048 --layers 10]] [--work FOLDER]
Exit status 0 when memory stays flat. Needs Python's own library only.
"""
import argparse
import collections
import os
import pathlib
import shutil
import statistics
import sys
import time

import tiny

MIB = 1 << 20


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("cambium", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--checkpoint", action="store_true", help="the large checkpoint instead")
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--layers", type=int, default=10)
    parser.add_argument("--work", type=pathlib.Path, default=tiny.DEMO / "resilience-memory")
    return parser.parse_args()


def status(process):
    """A process's memory in bytes, by the names of /proc/PID/status; nothing when it has ended."""
    try:
        lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.split() for line in lines if line.endswith(" kB"))
    return {name.rstrip(":"): int(value) * 1024 for name, value, _ in pairs}


def watch(process, pause, look):
    """Calls `look` with the memory until the process ends; stops this program when it failed."""
    while not process.ended:
        memory = status(process.process.pid)
        if "VmRSS" in memory:
            look(memory)
        time.sleep(pause)
    if process.wait() != 0:
        sys.exit(f"the run failed:\n{process.messages}")


def slope(points):
    """Of the least squares line through (x, y)."""
    x, y = (statistics.fmean(values) for values in zip(*points))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def steps(options, work):
    data = tiny.make_data(options.cambium, work, each=60)
    # 180 training images are 23 steps an epoch.
    epochs = -(-options.steps // 23)
    recipe = tiny.recipe(work / "recipe.yaml", data, epochs, log=10, save=50, evaluate=100)
    run, points = work / "run", []
    process = start(options, recipe, run)
    watch(process, 0.02, lambda memory: points.append((tiny.steps(run), memory["VmRSS"])))
    total = tiny.steps(run)

    def mean(low, high):
        return statistics.fmean(y for x, y in points if low < x <= high) / MIB

    first, second, last = mean(0, 100), mean(100, 200), mean(total - 100, total)
    rise = slope([(x, y) for x, y in points if x > total / 2]) / MIB
    print(f"{total} steps in {process.seconds:.0f} s, {len(points)} samples; each tenth, MiB: "
          + " ".join(f"{mean(total * i / 10, total * (i + 1) / 10):.1f}" for i in range(10)))
    tiny.table([
        ("resident memory, MiB", ""), ("steps 1 to 100", f"{first:.1f}"),
        ("steps 101 to 200", f"{second:.1f}"), ("the last 100", f"{last:.1f}"),
        ("slope of the second half, per 1,000 steps", f"{1000 * rise:+.2f}")])
    if last > 1.03 * second:
        sys.exit("memory grows: the last hundred steps hold 3 % more than the second hundred")


def checkpoint(options, work):
    data = tiny.make_data(options.cambium, work, each=5)
    # 15 training images are three steps.
    recipe = tiny.recipe(
        work / "recipe.yaml", data, 1, log=1, save=2, evaluate=1000, batch=5, micro=5,
        width=options.width, layers=options.layers)
    with open(recipe, "a") as file:
        file.write("EVAL_AT_START: false\nKEEP_CHECKPOINTS: 1\n")
    run = work / "run"
    peaks, spans = collections.defaultdict(int), {}
    process = start(options, recipe, run)

    def look(memory):
        names = tiny.partial(run)
        now = process.seconds
        if any(name.startswith("step-") for name in names):
            part = next(name for name in names if name.startswith("step-")).split(".")[0]
        elif tiny.last(run)[1] == "validation" and (run / "last").exists():
            part = "writing the model"
        else:
            part = "training" if tiny.steps(run) else "starting"
        began, _ = spans.get(part, (now, now))
        spans[part] = (began, now)
        # What is mapped from files can be dropped at any time, so it is told apart.
        peaks[part] = max(peaks[part], memory["RssAnon"])

    watch(process, 0.01, look)
    size = {path.name: path.stat().st_size for path in (run / "last").iterdir()}
    weights = size["model.safetensors"]
    print(f"{weights / 4e6:.0f} M parameters; a checkpoint is {sum(size.values()) / 1e9:.2f} GB: "
          + ", ".join(f"{name} {count / 1e9:.2f}" for name, count in sorted(size.items())))
    pace = sum(size.values()) / (spans["step-00000002"][1] - spans["step-00000002"][0])
    print(f"written at {pace / 1e6:.0f} MB/s; one plain file, synced: "
          f"{disk(work) / 1e6:.0f} MB/s")
    tiny.table([("while", "seconds", "peak of anonymous memory, MiB", "times the weights")] + [
        (part, f"{end - began:.2f}", f"{peaks[part] / MIB:,.0f}",
         f"{peaks[part] / weights:.2f}") for part, (began, end) in spans.items()])
    before = max(peaks["training"], peaks["starting"])
    rest = {part: peak - before for part, peak in peaks.items() if peak - before > 0.1 * weights}
    if rest:
        sys.exit("takes more memory than training: " + ", ".join(
            f"{part} {more / MIB:,.0f} MiB" for part, more in rest.items()))


def disk(work, count=1 << 30):
    """Bytes a second that the disk takes, synced, of one plain file."""
    began = time.monotonic()
    with open(work / "plain", "wb") as file:
        for _ in range(count // MIB):
            file.write(bytes(MIB))
        file.flush()
        os.fsync(file.fileno())
    (work / "plain").unlink()
    return count / (time.monotonic() - began)


def start(options, recipe, run):
    scratch = options.work / "scratch"
    scratch.mkdir()
    command = [options.cambium, "train", recipe, "--out", run]
    return tiny.Run(command, options.work / "messages", scratch)


def main():
    options = arguments()
    options.cambium, options.work = options.cambium.resolve(), options.work.resolve()
    shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True)
    (checkpoint if options.checkpoint else steps)(options, options.work)
    shutil.rmtree(options.work)


if __name__ == "__main__":
    main()
