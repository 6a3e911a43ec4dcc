#!/usr/bin/env python3
"""Runs of several processes that lose one of them, against a run left alone.

`cambium launch --max-restarts` trains the tiny model of kills.py. In each of ten runs one rank,
drawn at random, is killed with SIGKILL at a random moment: every run has to recover by itself and
to end with the same bytes. Then each rank is stopped once with SIGSTOP: the others have to notice
within the set time, to name it and to recover. With --torchrun the same ranks are started by
`torchrun --no-python`, once left alone and once with a rank killed.

usage: ranks.py CAMBIUM [--torchrun PATH] [--processes 2] [--kills 10] [--timeout 8] [--seed 1]
Exit status 0 when every run recovered and nothing differs. Needs Python's own library only, and
torchrun where it is given.
"""
import argparse
import os
import pathlib
import random
import shutil
import signal
import sys
import time

import tiny

# Beyond the set time: the notes that ranks leave come once a second, and a busy machine is late.
GRACE = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("cambium", type=pathlib.Path)
    parser.add_argument("--torchrun", type=pathlib.Path)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--timeout", type=int, default=8, help="of `cambium launch`, in seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--work", type=pathlib.Path, default=tiny.DEMO / "resilience-ranks")
    return parser.parse_args()


def rank_process(parent, rank):
    """The process number of a rank among a process's children, None where it is not there."""
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            status = pathlib.Path("/proc", name, "stat").read_text()
            _, above = status[status.rindex(")") + 2:].split()[:2]
            variables = pathlib.Path("/proc", name, "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(above) == parent and f"RANK={rank}".encode() in variables:
            return int(name)
    return None


class Team:
    """How to start the ranks, and what a run left alone wrote."""

    def __init__(self, options, recipe):
        self.options, self.recipe, self.work = options, recipe, options.work
        self.scratch = options.work / "scratch"
        self.scratch.mkdir()
        self.whole = options.work / "whole"

    def start(self, run, restarts, by_torchrun=False):
        train = ["train", self.recipe, "--out", run]
        count = self.options.processes
        if by_torchrun:
            command = [self.options.torchrun, "--no-python", "--standalone",
                       f"--nproc-per-node={count}", f"--max-restarts={restarts}",
                       self.options.cambium, *train, "--resume"]
        else:
            command = [self.options.cambium, "launch", f"--processes={count}",
                       f"--max-restarts={restarts}", f"--timeout={self.options.timeout}",
                       "--", *train]
        return tiny.Run(command, self.work / "messages", self.scratch)

    def check(self, process, run):
        """What is wrong with a finished run, in lines."""
        if process.wait() != 0:
            return [f"{run.name}: status {process.process.returncode}: {process.messages}"]
        lines = tiny.differences(self.whole, run) + [
            f"left over: {path}" for path in tiny.files(self.scratch)]
        return [f"{run.name}: {line}" for line in lines]

    def lose(self, run, rank, moment, number, by_torchrun=False):
        """Sends a signal to a rank at a moment of a run; SIGSTOP once the ranks have met, since
        before they wait 300 s for one that does not come.

        Gives its step then, the seconds until the launcher said so, what it said, and what is
        wrong at the end; None where the rank had ended before.
        """
        process = self.start(run, 3, by_torchrun)
        while not process.ended and (
                process.seconds < moment or number == signal.SIGSTOP and not tiny.steps(run)):
            time.sleep(0.01)
        found = None
        while found is None and not process.ended and process.seconds < moment + 20:
            found = rank_process(process.process.pid, rank)
        if found is None:
            process.wait()
            return None
        # The step is read before: the log is cut when the ranks start again.
        step, sent = tiny.steps(run), time.monotonic()
        os.kill(found, number)
        said = None
        while said is None and not process.ended:
            said = next((line for line in process.messages.splitlines()
                         if f"rank {rank} " in line or f"rank: {rank} " in line), None)
            time.sleep(0.01)
        seconds = time.monotonic() - sent
        while not process.ended:
            time.sleep(0.05)
        return step, seconds, said, self.check(process, run)


def lose_until(team, draw, run, number, span, rank=None, by_torchrun=False):
    """Tries until the signal found its rank alive."""
    while True:
        chosen = draw.randrange(team.options.processes) if rank is None else rank
        shutil.rmtree(run, ignore_errors=True)
        answer = team.lose(run, chosen, draw.uniform(*span), number, by_torchrun)
        if answer:
            return chosen, *answer


def main():
    options = arguments()
    options.cambium, options.work = options.cambium.resolve(), options.work.resolve()
    shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True)
    data = tiny.make_data(options.cambium, options.work, each=60)
    team = Team(options, tiny.recipe(
        options.work / "recipe.yaml", data, options.epochs, micro=max(1, 4 // options.processes)))
    first = team.start(team.whole, 0)
    if first.wait() != 0:
        sys.exit(f"the run that nobody disturbed failed:\n{first.messages}")
    length = first.seconds
    print(f"left alone: {options.processes} ranks, {tiny.steps(team.whole)} steps in "
          f"{length:.1f} s", flush=True)

    draw, wrong = random.Random(options.seed), []
    rows = [("what", "rank", "at step", "said after", "by", "end")]

    def lose(name, number, expected, **more):
        span = (0, (0.8 if number == signal.SIGSTOP else 1) * length)
        rank, step, seconds, said, lines = lose_until(
            team, draw, options.work / name.replace(" ", "-"), number, span, **more)
        limit = options.timeout + GRACE if number == signal.SIGSTOP else None
        if not said or expected and expected not in said:
            lines.append(f"{name}: rank {rank} was not named: {said}")
        if limit and seconds > limit:
            lines.append(f"{name}: noticed after {seconds:.1f} s, not within {limit} s")
        rows.append((name, rank, step, f"{seconds:.2f} s", (said or "nobody").strip()[:90],
                     "another" if lines else "the same bytes"))
        print(f"  {name}: rank {rank} after step {step}", flush=True)
        wrong.extend(lines)

    for number in range(1, options.kills + 1):
        lose(f"kill {number}", signal.SIGKILL, "killed by signal 9")
    for rank in range(options.processes):
        lose(f"stop {rank}", signal.SIGSTOP, "has not answered", rank=rank)
    if options.torchrun:
        run = options.work / "torchrun"
        lines = team.check(team.start(run, 0, by_torchrun=True), run)
        rows.append(("torchrun", "-", "-", "-", "-", "another" if lines else "the same bytes"))
        wrong += lines
        lose("torchrun kill", signal.SIGKILL, None, by_torchrun=True)

    tiny.table(rows)
    print("\n".join(wrong) or "every run recovered and ended with the bytes of the one left alone")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
