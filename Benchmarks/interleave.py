#!/usr/bin/env python3
"""Runs programs side by side: in each round every program once, the order turned round by round,
so that what else the machine does falls on all alike. Prints a table and writes it as JSON.

  interleave.py --title TEXT --items N --out FILE.json [--rounds 5] [--threads 2] [--wall] \
                NAME COMMAND [NAME COMMAND]...

A program prints one JSON line with `seconds`, a number an iteration; the median over all rounds
counts. With --wall the whole program's wall time counts instead. `--items` is what one iteration
treats (images), for the rate. Ratios are to the first program, above 1 slower than it: each round's
median to the first's in that round, and of these the median and the quartiles. Peak memory is the largest resident set of the program's own process.
"""
import argparse
import json
import os
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
import time


def run(command, environment, wall, clean):
    """One run: seconds of each iteration, the program's remarks and its peak memory in MiB."""
    for folder in clean:
        shutil.rmtree(folder, ignore_errors=True)
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{shlex.join(command)} ended with status {process.returncode}")
    report = {} if wall else json.loads(output.strip().splitlines()[-1])
    seconds = [elapsed] if wall else report.pop("seconds")
    return seconds, report, usage.ru_maxrss / 1024


def quartiles(values):
    """First quartile, median, third quartile."""
    return statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3


def summary(rounds, first, items):
    """Figures of one program from its rounds and the first program's."""
    seconds = [second for turn in rounds for second in turn]
    low, middle, high = quartiles(seconds)
    ratios = quartiles([statistics.median(a) / statistics.median(b) for a, b in zip(rounds, first)])
    return {"median_s": round(middle, 4), "min_s": round(min(seconds), 4),
            "max_s": round(max(seconds), 4), "quartiles_s": [round(low, 4), round(high, 4)],
            "samples": len(seconds), "per_s": round(items / middle, 2),
            "ratio": round(ratios[1], 3), "ratio_quartiles": [round(ratios[0], 3), round(ratios[2], 3)],
            "seconds": [round(second, 4) for second in seconds]}


def check_alike(remarks):
    """Programs that say how many parameters and threads they have must say the same."""
    for key in ("parameters", "threads"):
        values = {name: said[key] for name, said in remarks.items() if key in said}
        if len(set(values.values())) > 1:
            sys.exit(f"not the same work: {key} differ: {values}")


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            models = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
        return f"{models[0]} x {len(models)}" if models else platform.machine()
    except OSError:
        return platform.machine()


def table(result):
    lines = [("", "median s", "quartiles", "images/s", "peak MiB", "ratio", "quartiles")]
    for name, row in result["programs"].items():
        low, high = row["quartiles_s"]
        less, more = row["ratio_quartiles"]
        lines.append((name, f"{row['median_s']:.3f}", f"{low:.3f}-{high:.3f}",
                      f"{row['per_s']:.1f}", f"{row['peak_mib']:.0f}",
                      f"{row['ratio']:.2f}", f"{less:.2f}-{more:.2f}"))
    widths = [max(len(column) for column in columns) for columns in zip(*lines)]
    for line in lines:
        print(line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:])), sep="  ")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--title", required=True)
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--wall", action="store_true")
    parser.add_argument("--clean", action="append", default=[], help="a folder removed before each run")
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()
    names, commands = options.programs[::2], [shlex.split(c) for c in options.programs[1::2]]
    if len(names) != len(commands) or options.rounds < 1:
        parser.error("programs come as NAME COMMAND pairs, rounds from 1")
    environment = os.environ | {"OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": str(options.threads),
                                "MKL_NUM_THREADS": str(options.threads)}
    seconds, peaks, remarks = ({name: [] for name in names}, {name: 0.0 for name in names}, {})
    load = os.getloadavg()[0]
    for turn in range(options.rounds):
        order = list(zip(names, commands))
        for name, command in order if turn % 2 == 0 else reversed(order):
            found, remarks[name], peak = run(command, environment, options.wall, options.clean)
            seconds[name].append(found)
            peaks[name] = max(peaks[name], peak)
            print(f"round {turn + 1} of {options.rounds}, {name}: "
                  f"{statistics.median(found):.3f} s", file=sys.stderr, flush=True)
        check_alike(remarks)
    result = {
        "title": options.title, "rounds": options.rounds, "threads": options.threads,
        "processor": processor(), "load_at_start": round(load, 2), "items": options.items,
        "programs": {name: summary(seconds[name], seconds[names[0]], options.items)
                     | remarks[name] | {"peak_mib": round(peaks[name], 1)} for name in names}}
    print(f"{options.title} ({result['processor']}, {options.threads} threads, "
          f"{options.rounds} rounds, load {load:.1f})")
    table(result)
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=2, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main()
