#!/usr/bin/env python3
"""Bootstrap intervals, DeLong, McNemar, Holm, thresholds and retrieval, computed independently.

usage: make_paired_cases.py > paired.cases.json      (scikit-learn 1.9.1, numpy 2.4, scipy 1.17)
Truths and scores come from splitmix64 on both sides (see make_random_metrics.py); only expected
values are stored. DeLong is written from the paper's definitions, pair by pair; resamples are
drawn as Sources/Evaluation/Statistics/Resampling.swift draws them and measured by scikit-learn.
"""
import json
import warnings

import numpy as np
from scipy import stats
from sklearn import metrics

from make_random_metrics import SeededGenerator

STREAM = 0xCBF29CE484222325
for byte in b"bootstrap":
    STREAM = (STREAM ^ byte) * 0x100000001B3 % (1 << 64)
ROWS, CLASSES, RESAMPLES, SEED = 60, 4, 40, 42


def problem(number):
    """Truth, and two models' scores with ties; rows sum to 1."""
    generator = SeededGenerator(11, number)
    truth = np.array([row % CLASSES for row in range(ROWS)])
    models = []
    for _ in range(2):
        scores = []
        for row in range(ROWS):
            units = [generator.below(16) + 1 for _ in range(CLASSES)]
            units[truth[row]] += generator.below(16)
            scores.append([unit / sum(units) for unit in units])
        models.append(np.array(scores))
    return truth, models


def values(truth, scores):
    predicted, labels = scores.argmax(1), list(range(CLASSES))
    hot = np.eye(CLASSES, dtype=int)[truth]
    result = {
        "accuracy": metrics.accuracy_score(truth, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
        "mcc": metrics.matthews_corrcoef(truth, predicted),
        "nll": metrics.log_loss(truth, scores, labels=labels),
        "brier": ((scores - hot) ** 2).sum(1).mean(),
        "micro_auc": metrics.roc_auc_score(hot, scores, average="micro"),
        "micro_ap": metrics.average_precision_score(hot, scores, average="micro"),
        "mauc": metrics.roc_auc_score(hot, scores, average="macro"),
        "weighted_auc": metrics.roc_auc_score(hot, scores, average="weighted"),
        "map": metrics.average_precision_score(hot, scores, average="macro"),
        "weighted_ap": metrics.average_precision_score(hot, scores, average="weighted"),
    }
    for name in ("macro", "micro", "weighted"):
        rates = metrics.precision_recall_fscore_support(
            truth, predicted, labels=labels, average=name, zero_division=0)
        for part, value in zip(("precision", "recall", "f1"), rates):
            result[f"{name}_{part}"] = value
    each = metrics.precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=0)
    for column in labels:
        result[f"f1/{column}"] = each[2][column]
        result[f"auc/{column}"] = metrics.roc_auc_score(hot[:, column], scores[:, column])
        result[f"average_precision/{column}"] = metrics.average_precision_score(
            hot[:, column], scores[:, column])
    confidence, right = scores.max(1), predicted == truth
    bins = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
    result["ece"] = sum(
        abs((right[bins == b] * 1.0 - confidence[bins == b]).sum()) for b in range(15)) / len(truth)
    return result


def resamples(truth, groups=None):
    for number in range(RESAMPLES):
        generator = SeededGenerator(SEED, STREAM, number)
        rows = []
        if groups is None:
            strata = [[[r] for r in np.flatnonzero(truth == c)] for c in range(CLASSES)]
        else:
            names = sorted(set(groups))
            strata = [[[r for r, g in enumerate(groups) if g == name] for name in names]]
        for units in strata:
            for _ in units:
                rows += units[generator.below(len(units))]
        yield np.array(rows)


def percentiles(draws):
    return [float(np.percentile(draws, 2.5)), float(np.percentile(draws, 97.5))]


def delong(positive, scores):
    """Areas and covariance by the structural components of the paper."""
    def psi(x, y):
        return 1.0 if x > y else 0.5 if x == y else 0.0
    x, y = np.flatnonzero(positive), np.flatnonzero(~positive)
    v10 = np.array([[np.mean([psi(s[i], s[j]) for j in y]) for i in x] for s in scores])
    v01 = np.array([[np.mean([psi(s[i], s[j]) for i in x]) for j in y] for s in scores])
    return v10.mean(1), np.cov(v10) / len(x) + np.cov(v01) / len(y)


def thresholds(positive, scores):
    candidates = sorted(set(scores), reverse=True)
    def f1(t):
        return metrics.f1_score(positive, scores >= t, zero_division=0)
    def rates(t):
        taken = scores >= t
        return taken[positive].mean(), (~taken)[~positive].mean()
    grid = [round(0.05 * step, 2) for step in range(19, -1, -1)]
    best = max(f1(t) for t in candidates)
    youden = max(sum(rates(t)) for t in candidates)
    steps = max(f1(t) for t in grid)
    return {
        "f1": next(t for t in candidates if f1(t) > best - 1e-12),
        "f1-grid": next(t for t in grid if f1(t) > steps - 1e-12),
        "youden": next(t for t in candidates if sum(rates(t)) > youden - 1e-12),
        "sensitivity=0.9": next(t for t in candidates if rates(t)[0] >= 0.9),
        "specificity=0.8": max(
            (t for t in candidates if rates(t)[1] >= 0.8), key=lambda t: (rates(t)[0], t)),
    }


def retrieval(number):
    generator = SeededGenerator(12, number)
    vectors = np.array([[generator.below(1001) / 1000 - 0.5 for _ in range(7)] for _ in range(30)])
    labels = np.array([generator.below(4) for _ in range(30)])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    similarity = unit @ unit.T
    rows = []
    for query in range(30):
        others = np.arange(30) != query
        relevant = labels[others] == labels[query]
        if not relevant.any():
            continue
        scores = similarity[query][others]
        order = np.argsort(-scores, kind="stable")
        ranked, total = relevant[order], relevant.sum()
        rows.append([
            metrics.average_precision_score(relevant, scores), 1 / (np.argmax(ranked) + 1),
            ranked[:total].mean(), ranked[:5].mean(), ranked[:5].sum() / total,
            float(ranked[:5].any())])
    names = ["map", "mrr", "r_precision", "precision_at_5", "recall_at_5", "hit_at_5"]
    return dict(zip(names, np.mean(rows, 0).tolist())), len(rows)


def main():
    warnings.simplefilter("ignore")
    truth, models = problem(0)
    draws = [[values(truth[rows], model[rows]) for rows in resamples(truth)] for model in models]
    groups = [f"p{row * 7 % 19:02d}" for row in range(ROWS)]
    grouped = [values(truth[rows], models[0][rows]) for rows in resamples(truth, groups)]
    names = list(draws[0][0])
    differences = {}
    for name in ("accuracy", "macro_f1", "mauc", "map", "brier"):
        delta = np.array([a[name] - b[name] for a, b in zip(*draws)])
        below, above = int((delta <= 0).sum()), int((delta >= 0).sum())
        differences[name] = {
            "interval": percentiles(delta),
            "p": min(1.0, 2 * (min(below, above) + 1) / (RESAMPLES + 1))}
    tests = []
    for column in range(CLASSES):
        areas, covariance = delong(truth == column, [model[:, column] for model in models])
        error = float(np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]))
        tests.append({
            "difference": float(areas[0] - areas[1]), "standard_error": error,
            "p": float(2 * stats.norm.sf(abs(areas[0] - areas[1]) / error)),
            "own": [float(np.sqrt(covariance[i, i])) for i in (0, 1)]})
    right = [model.argmax(1) == truth for model in models]
    first, second = int((right[0] & ~right[1]).sum()), int((~right[0] & right[1]).sum())
    found, queries = retrieval(0)
    print(json.dumps({
        "intervals": {name: percentiles([d[name] for d in draws[0]]) for name in names},
        "grouped": {name: percentiles([d[name] for d in grouped])
                    for name in ("accuracy", "macro_f1", "mcc")},
        "differences": differences, "delong": tests,
        "mcnemar": {"first": first, "second": second, "p": float(
            stats.binomtest(first, first + second, 0.5).pvalue)},
        "thresholds": [thresholds(truth == c, models[0][:, c]) for c in range(CLASSES)],
        "retrieval": found, "queries": queries,
    }, indent=1))


main()
