#!/usr/bin/env python3
"""How many planted duplicates are in the duplicates.tsv of a data set, and what else is there.

usage: check_planted.py PLANTED.tsv DATASET
"""
import collections
import itertools
import pathlib
import sys


def main():
    planted = [line.split("\t") for line in
               pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    clusters, kinds = collections.defaultdict(list), {}
    path = pathlib.Path(sys.argv[2]) / "duplicates.tsv"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        cluster, kind, _, key, _, split = line.split("\t")
        clusters[cluster].append(key)
        kinds[key] = (cluster, split)
    truth = {frozenset(pair[1:]) for pair in planted}
    count, found, crossing = collections.Counter(), collections.Counter(), 0
    for kind, original, copy in planted:
        count[kind] += 1
        a, b = kinds.get(original), kinds.get(copy)
        if a and b and a[0] == b[0]:
            found[kind] += 1
            crossing += a[1] != b[1]
        else:
            print(f"missed: {kind} {original} {copy}")
    # Two copies of one original are duplicates as well.
    of = {copy: original for _, original, copy in planted}
    false = []
    for keys in clusters.values():
        for a, b in itertools.combinations(keys, 2):
            if frozenset((a, b)) not in truth and of.get(a, a) != of.get(b, b):
                false.append((a, b))
    for kind in count:
        print(f"{kind}: {found[kind]} of {count[kind]} found")
    print(f"false alarms: {len(false)} pairs; planted pairs across splits: {crossing}")
    for pair in false[:20]:
        print("false alarm:", *pair)


if __name__ == "__main__":
    main()
