#!/usr/bin/env python3
"""Writes folds.json: folds by scikit-learn, and stratified splits by numbers of images.

Pinned: scikit-learn 1.9.1, numpy 2.4.6.
usage: make_folds.py > folds.json
"""
import json
import warnings

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, train_test_split

warnings.simplefilter("ignore")
rng = np.random.default_rng(3)


def fold_of_row(splitter, classes, groups=None):
    folds = np.empty(len(classes), int)
    for fold, (_, test) in enumerate(splitter.split(classes, classes, groups)):
        folds[test] = fold
    return folds.tolist()


def folds():
    for count, size, kinds, seed in [(5, 103, 4, 42), (3, 40, 7, 0), (10, 300, 3, 4294967295), (2, 31, 2, 7)]:
        classes = rng.integers(0, kinds, size)
        yield {"folds": count, "seed": seed, "classes": classes.tolist(),
               "expected": fold_of_row(StratifiedKFold(count, shuffle=True, random_state=seed), classes)}


def group_folds():
    for count, size, kinds, patients, seed in [
            (5, 200, 3, 40, 42), (4, 300, 12, 60, 1), (3, 150, 2, 9, 0), (5, 400, 30, 150, 7), (2, 60, 140, 20, 5)]:
        patient = rng.integers(0, patients, size)
        classes = (patient + rng.integers(0, 2, size) * rng.integers(0, kinds, size)) % kinds
        groups = [f"P{number}" for number in patient]
        yield {"folds": count, "seed": seed, "classes": classes.tolist(), "groups": groups,
               "expected": fold_of_row(
                   StratifiedGroupKFold(count, shuffle=True, random_state=seed), classes, groups)}


def counts():
    for size, kinds, seed, (train, validation, test) in [
            (140, 4, 42, (100, 20, 20)), (200, 5, 0, (60, 21, 33)), (97, 3, 9, (30, 30, 30))]:
        classes = rng.integers(0, kinds, size)
        rows = np.arange(size)
        first, rest = train_test_split(
            rows, train_size=train, test_size=validation + test, random_state=seed, stratify=classes)
        second, third = train_test_split(
            rest, train_size=validation, test_size=test, random_state=seed, stratify=classes[rest])
        yield {"counts": f"{train},{validation},{test}", "seed": seed, "classes": classes.tolist(),
               "train": first.tolist(), "validation": second.tolist(), "test": third.tolist()}


print(json.dumps({"folds": list(folds()), "group_folds": list(group_folds()), "counts": list(counts())}))
