#!/usr/bin/env python3
"""scikit-learn's numbers for 1,000 random cases that the Swift test generates again.

usage: make_random_metrics.py > metrics.random.json      (scikit-learn 1.9.1, numpy 2.4)
Only the expected values are stored, rounded to 1e-10; truths and scores come from splitmix64
(Sources/Files/SeededGenerator.swift) on both sides, in the order of `case` below. Ties, absent
classes, a single class, one row, rows without any label are all among them. Undefined is null.
"""
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
CASES, SEED = 1000, 5


def mix(value: int) -> int:
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & MASK
    return value ^ (value >> 31)


class SeededGenerator:
    def __init__(self, seed: int, *streams: int) -> None:
        self.state = mix(seed + GOLDEN & MASK)
        for stream in streams:
            self.state = mix(self.state ^ mix(stream + GOLDEN & MASK))

    def below(self, bound: int) -> int:
        rejected = (1 << 64) % bound
        while True:
            self.state = self.state + GOLDEN & MASK
            product = mix(self.state) * bound
            if product & MASK >= rejected:
                return product >> 64


def case(number: int):
    generator = SeededGenerator(SEED, number)
    several = generator.below(10) >= 7
    classes = (2 if several else 1) + generator.below(5)
    rows = 1 + generator.below(40)
    levels = (2, 4, 16, 1024)[generator.below(4)]
    if several:
        rate = generator.below(4)
        truth = [[int(generator.below(4) < rate) for _ in range(classes)] for _ in range(rows)]
        scores = [[generator.below(levels) / levels for _ in range(classes)] for _ in range(rows)]
        return True, np.array(truth), np.array(scores)
    present = 1 + generator.below(classes)
    normal = generator.below(2) == 0
    truth = [generator.below(present) for _ in range(rows)]
    scores = []
    for _ in range(rows):
        units = [generator.below(levels) + 1 for _ in range(classes)]
        scores.append([unit / (sum(units) if normal else levels) for unit in units])
    return False, np.array(truth), np.array(scores)


def areas(hot, scores):
    """Per class (AUC, average precision), then mean, micro and weighted averages of each."""
    auc, precision = [], []
    for column in range(hot.shape[1]):
        truth, own = hot[:, column], scores[:, column]
        mixed = truth.any() and not truth.all()
        auc.append(metrics.roc_auc_score(truth, own) if mixed else None)
        precision.append(metrics.average_precision_score(truth, own) if truth.any() else None)

    def mean(values, weights=None):
        kept = [i for i, value in enumerate(values) if value is not None]
        if not kept:
            return None
        return np.average(
            [values[i] for i in kept], weights=None if weights is None else weights[kept])

    support = hot.sum(0)
    pooled = hot.any() and not hot.all()
    if pooled and hot.shape[1] > 1:
        micro = metrics.roc_auc_score(hot, scores, average="micro")
    else:
        micro = metrics.roc_auc_score(hot.ravel(), scores.ravel()) if pooled else None
    totals = [
        mean(auc), mean(precision), micro, mean(auc, support) if mean(auc) is not None else None,
        metrics.average_precision_score(hot.ravel(), scores.ravel()) if hot.any() else None,
        mean(precision, support) if mean(precision) is not None else None]
    return totals, auc, precision


def expected(number: int) -> list:
    several, truth, scores = case(number)
    classes = scores.shape[1]
    if several:
        predicted = (scores >= 0.5).astype(int)
        labels, hot = None, truth
        averages = ["macro", "micro", "weighted", "samples"]
        scopes = [(name, None) for name in averages]
        extra = [metrics.accuracy_score(truth, predicted), metrics.hamming_loss(truth, predicted)]
    else:
        predicted = scores.argmax(1)
        labels, hot = list(range(classes)), np.eye(classes, dtype=int)[truth]
        scopes = [("macro", labels), ("macro", None), ("micro", labels), ("weighted", labels)]
        extra = [
            metrics.accuracy_score(truth, predicted),
            metrics.balanced_accuracy_score(truth, predicted),
            metrics.matthews_corrcoef(truth, predicted)]
        if np.allclose(scores.sum(1), 1):
            one = classes == 1
            extra.append(0.0 if one else metrics.log_loss(truth, scores, labels=labels))
            extra.append(((scores - hot) ** 2).sum(1).mean())
        else:
            extra += [None, None]
    values = []
    for name, chosen in scopes:
        values += metrics.precision_recall_fscore_support(
            truth, predicted, labels=chosen, average=name, zero_division=0)[:3]
    each = metrics.precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=0, average=None)
    totals, auc, precision = areas(hot, scores)
    values += extra + totals
    for column in range(classes):
        values += [part[column] for part in each[:3]] + [auc[column], precision[column]]
    return [None if value is None else round(float(value), 10) for value in values]


def main() -> None:
    warnings.simplefilter("ignore")
    print(json.dumps({"sklearn": sklearn.__version__, "seed": SEED})[:-1] + ', "cases": [')
    rows = (json.dumps(expected(n), separators=(",", ":")) for n in range(CASES))
    print(",\n".join(rows))
    print("]}")
    print(f"{CASES} cases", file=sys.stderr)


if __name__ == "__main__":
    main()
