"""Compares two folders file by file: compare.py ONE OTHER. What says when something was and how
long it took is left out: standard error, a training run's log and event file, a line's records."""

import pathlib
import re
import sys

timed = re.compile(r"\.err$|/run\.out$|/doctor\.txt$|/log\.jsonl$|tfevents|/line/(lineage\.json|\.digests|logs/.*)$")


def files(folder):
    return {
        str(path.relative_to(folder)): path
        for path in pathlib.Path(folder).rglob("*")
        if path.is_file() and not timed.search(f"/{path.relative_to(folder)}")
    }


def main(one, other):
    first, second = files(one), files(other)
    if first.keys() != second.keys():
        sys.exit(f"only on one side: {sorted(first.keys() ^ second.keys())}")
    different = [name for name in sorted(first) if first[name].read_bytes() != second[name].read_bytes()]
    if different:
        sys.exit(f"different bytes: {different}")
    size = sum(path.stat().st_size for path in first.values())
    print(f"wheel-check: {len(first)} files of {size / 1e6:.1f} MB have the same bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
