"""Compares two folders file by file: compare.py ONE OTHER. What says how long something took is
left out: the logs on standard error, a run's log and event file, a line's lineage."""

import pathlib
import re
import sys

timed = re.compile(r"\.err$|/log\.tsv$|/log\.jsonl$|tfevents|lineage\.json$|stages?\.tsv$")


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
