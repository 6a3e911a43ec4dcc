#!/usr/bin/env python3
"""Whether `cambium validate --json` named all patients (PNN_ in the file name) that stand in more
than one split, and no other.

usage: check_groups.py VALIDATION.json DATASET
"""
import collections
import json
import pathlib
import sys


def main():
    report = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    splits = collections.defaultdict(set)
    for path in pathlib.Path(sys.argv[2]).glob("*_text.tsv"):
        for line in path.read_text(encoding="utf-8").splitlines():
            group = line.split("\t")[0].split("/")[-1].split("_")[0]
            splits[group].add(path.name.split("_")[0])
    truth = {group for group, found in splits.items() if len(found) > 1}
    named = {finding["message"].split('"')[1] for finding in report["findings"]
             if finding["code"] == "group_across_splits"}
    print(f"divided patients: {len(truth & named)} of {len(truth)} named, "
          f"{len(named - truth)} others named")


if __name__ == "__main__":
    main()
