#!/usr/bin/env python3
"""One run, killed with SIGKILL again and again and resumed each time, against one left alone.

Both train the same tiny model for some 300 steps with a checkpoint every 4. The kills hit the
whole process group at random moments of every part of a run's life: while it starts, in a step,
while a checkpoint is written, while the validation split is measured, and at the end while the
last checkpoint and the model are written. Then everything that the two runs wrote is compared
byte for byte: checkpoints (weights, averages, optimizer, state), best and last, the model, the
log. Only what a clock decides is left out (`differences` in tiny.py says what).

usage: kills.py CAMBIUM [--kills 50] [--seed 1] [--epochs 14] [--work FOLDER]
Exit status 0 when nothing differs and nothing is left over. Needs Python's own library only.
"""
import argparse
import collections
import pathlib
import random
import shutil
import statistics
import sys
import time

import tiny

EVALUATE = 15
PARTS = {"start": 8, "step": 14, "checkpoint": 12, "evaluation": 8, "end": 8}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("cambium", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--work", type=pathlib.Path, default=tiny.DEMO / "resilience-kills")
    return parser.parse_args()


class Trial:
    """How to start the run, and what was measured of the one left alone."""

    def __init__(self, program, recipe, work):
        self.program, self.recipe, self.work = program, recipe, work
        self.scratch = work / "scratch"
        self.scratch.mkdir()

    def start(self, run, *more):
        command = [self.program, "train", self.recipe, "--out", run, *more]
        return tiny.Run(command, self.work / "messages", self.scratch)

    def reference(self, run):
        """Runs to the end, and measures how long a process takes to its first logged step, how
        long a step, and how long a checkpoint, an evaluation, the model are in the making."""
        process = self.start(run)
        began, spans, since = None, collections.defaultdict(list), {}
        while not process.ended:
            now, step, kind = process.seconds, *tiny.last(run)
            if began is None and step:
                began = now
            names = {name.split(".partial-")[0].split("-")[0] for name in tiny.partial(run)}
            names |= {"evaluation"} if kind == "train" and step % EVALUATE == 0 and step else set()
            for name in names - since.keys():
                since[name] = now
            for name in since.keys() - names:
                spans[name].append(now - since.pop(name))
            time.sleep(0.001)
        if process.wait() != 0:
            sys.exit(f"the run that nobody killed failed:\n{process.messages}")
        self.total, _ = tiny.last(run)
        self.startup = began
        self.pace = (process.seconds - began) / self.total
        self.spans = {name: statistics.median(found) for name, found in spans.items()}
        return process.seconds


def moments(draw, count, total):
    """Which part of the run's life each kill hits, and the step after which, rising."""
    shares = sum(PARTS.values())
    ends = max(1, count * PARTS["end"] // shares)
    kinds = [kind for kind in PARTS if kind != "end"]
    drawn = draw.choices(kinds, [PARTS[kind] for kind in kinds], k=count - ends)
    places = sorted(draw.randrange(0, total - 20) for _ in drawn)
    return list(zip(drawn, places)) + [("end", total)] * ends


def kill(trial, run, kind, place, draw):
    """Starts or resumes the run and kills it; gives what it was doing, None when it was through."""
    # --resume begins where there is nothing yet.
    process = trial.start(run, "--resume")
    before = tiny.steps(run)

    def wait(condition):
        while not process.ended and not condition():
            time.sleep(0.001)

    def writes(*names):
        return tiny.partial(run, *names, process=process.process.pid)

    if kind == "start":
        time.sleep(draw.uniform(0, trial.startup))
    elif kind == "end":
        if draw.random() < 0.5:
            # The last checkpoint, where it does not stand yet; else the model.
            wait(lambda: writes(f"step-{trial.total:08d}", "model"))
        else:
            wait(lambda: writes("model"))
        time.sleep(draw.uniform(0, trial.spans["model"]))
    else:
        # The log of the process that was killed before shows later steps until it is cut.
        wait(lambda: "going on after" in process.messages or "an epoch;" in process.messages)
        wait(lambda: tiny.steps(run) >= place)
        if kind == "step":
            time.sleep(draw.uniform(0, 5 * trial.pace))
        elif kind == "checkpoint":
            wait(lambda: not writes("step-"))
            wait(lambda: writes("step-", "last", "best"))
            time.sleep(draw.uniform(0, trial.spans["step"]))
        else:
            # A logged step that is also measured: its line comes first.
            wait(lambda: tiny.steps(run) % EVALUATE == 0 and tiny.last(run)[1] == "train")
            time.sleep(draw.uniform(0, trial.spans["evaluation"]))
    if not process.kill():
        if process.wait() != 0:
            sys.exit(f"a resumed run failed:\n{process.messages}")
        return None
    return before, tiny.steps(run), tiny.partial(run)


def main():
    options = arguments()
    work = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    program = options.cambium.resolve()
    data = tiny.make_data(program, work, each=60)
    recipe = tiny.recipe(work / "recipe.yaml", data, options.epochs, evaluate=EVALUATE)
    trial = Trial(program, recipe, work)
    seconds = trial.reference(work / "whole")
    inputs = tiny.files(data)
    print(f"left alone: {trial.total} steps in {seconds:.1f} s, "
          f"the first in {trial.startup:.2f} s, then {1000 * trial.pace:.0f} ms each; in ms: "
          + ", ".join(f"{name} {1000 * span:.1f}" for name, span in sorted(trial.spans.items())),
          flush=True)

    draw = random.Random(options.seed)
    run, found = work / "killed", collections.defaultdict(list)
    began = time.monotonic()
    for kind, place in moments(draw, options.kills, trial.total):
        state = None
        while state is None:
            state = kill(trial, run, kind, place, draw)
            if state is None and kind != "end":
                sys.exit(f"the run ended before a kill at step {place}")
        found[kind].append(state)
        if options.kills <= 60:
            print(f"  {kind}: step {state[1]}, half-written: {', '.join(state[2]) or 'nothing'}",
                  flush=True)
    last = trial.start(run, "--resume")
    if last.wait() != 0:
        sys.exit(f"the last resumed run failed:\n{last.messages}")

    print(f"killed and resumed: {time.monotonic() - began:.1f} s")
    tiny.table([("killed at", "kills", "half-written then")] + [
        (kind, len(found[kind]), sum(bool(state[2]) for state in found[kind]))
        for kind in PARTS] + [
        ("all", sum(map(len, found.values())),
         sum(bool(state[2]) for states in found.values() for state in states))])
    lines = tiny.differences(work / "whole", run)
    lines += [f"left over: {path}" for path in tiny.files(trial.scratch)]
    lines += ["differs: the data set"] if tiny.files(data) != inputs else []
    count, size = tiny.compared(work / "whole")
    print("\n".join(lines) or
          f"equal: {count} files and links, {size:,} bytes, log and scalars; nothing left over")
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
