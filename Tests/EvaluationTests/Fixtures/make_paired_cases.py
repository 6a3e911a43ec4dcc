#!/usr/bin/env python3
"""Intervals by the bootstrap, DeLong, McNemar, Holm, thresholds and retrieval, computed independently.

usage: make_paired_cases.py > paired.cases.json      (scikit-learn 1.9.1, numpy 2.4, scipy 1.17)
Truths and scores come from splitmix64 on both sides (see make_random_metrics.py); only expected
values are stored. DeLong is written from the paper's definitions, pair by pair; resamples are
drawn as Sources/Evaluation/Statistics/Resampling.swift draws them and measured by scikit-learn.
"""
import json
import warnings

import numpy as np
from scipy import optimize, stats
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


def values(truth, scores, weights=None):
    weights = np.ones(len(truth)) if weights is None else weights
    predicted, labels = scores.argmax(1), list(range(CLASSES))
    hot = np.eye(CLASSES, dtype=int)[truth]

    def take(function, *arguments, **options):
        return function(*arguments, sample_weight=weights, **options)

    result = {
        "accuracy": take(metrics.accuracy_score, truth, predicted),
        "balanced_accuracy": take(metrics.balanced_accuracy_score, truth, predicted),
        "mcc": take(metrics.matthews_corrcoef, truth, predicted),
        "nll": take(metrics.log_loss, truth, scores, labels=labels),
        "brier": np.average(((scores - hot) ** 2).sum(1), weights=weights),
    }
    for name, average in (("micro", "micro"), ("m", "macro"), ("weighted", "weighted")):
        separator = "" if name == "m" else "_"
        result[f"{name}{separator}auc"] = take(
            metrics.roc_auc_score, hot, scores, average=average)
        result[f"{name}{separator}ap"] = take(
            metrics.average_precision_score, hot, scores, average=average)
    for name in ("macro", "micro", "weighted"):
        rates = take(metrics.precision_recall_fscore_support,
            truth, predicted, labels=labels, average=name, zero_division=0)
        for part, value in zip(("precision", "recall", "f1"), rates):
            result[f"{name}_{part}"] = value
    each = take(metrics.precision_recall_fscore_support,
        truth, predicted, labels=labels, zero_division=0)
    for column in labels:
        for part, value in zip(("precision", "recall", "f1"), each):
            result[f"{part}/{column}"] = value[column]
        result[f"auc/{column}"] = take(metrics.roc_auc_score, hot[:, column], scores[:, column])
        result[f"average_precision/{column}"] = take(
            metrics.average_precision_score, hot[:, column], scores[:, column])
    confidence, right = scores.max(1), predicted == truth
    bins = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
    gaps = weights * (right * 1.0 - confidence)
    result["ece"] = sum(abs(gaps[bins == b].sum()) for b in range(15)) / weights.sum()
    return result


def units(truth, groups=None):
    """The strata of a resampling: lists of units, which are lists of rows."""
    if groups is None:
        return [[[r] for r in np.flatnonzero(truth == c)] for c in range(CLASSES)]
    return [[[r for r, g in enumerate(groups) if g == name] for name in sorted(set(groups))]]


def resamples(truth, groups=None):
    """Weights of the rows: of m units of a stratum m - 1 are drawn and count m / (m - 1)."""
    for number in range(RESAMPLES):
        generator = SeededGenerator(SEED, STREAM, number)
        weights = np.zeros(len(truth))
        for stratum in units(truth, groups):
            size = len(stratum)
            for _ in range(size - 1):
                for row in stratum[generator.below(size)]:
                    weights[row] += size / (size - 1)
        yield weights


def score_interval(value, error, count, freedom, low=0.0, high=1.0, most=np.inf):
    """The proportions whose test of `value` at the effective sample size does not reject."""
    reach = stats.t.ppf(0.975, freedom)
    if high == np.inf:
        return [value * np.exp(-reach * error / value), value * np.exp(reach * error / value)]
    share, spread = (value - low) / (high - low), error / (high - low)
    size = min(share * (1 - share) / spread ** 2 if 0 < share < 1 else count, most)

    def test(true):
        return (share - true) ** 2 * size - reach ** 2 * true * (1 - true)

    lower = optimize.brentq(test, 0, share, xtol=1e-15) if share > 0 else 0.0
    upper = optimize.brentq(test, share, 1, xtol=1e-15) if share < 1 else 1.0
    return [low + (high - low) * lower, low + (high - low) * upper]


def intervals(truth, scores, groups=None):
    own, draws = values(truth, scores), [
        values(truth, scores, weights) for weights in resamples(truth, groups)]
    strata = units(truth, groups)
    every = [unit for stratum in strata for unit in stratum]

    def holding(test):
        return sum(any(test(row) for row in unit) for unit in every)

    positives = [holding(lambda row: truth[row] == c) for c in range(CLASSES)]
    negatives = [holding(lambda row: truth[row] != c) for c in range(CLASSES)]
    predicted = [holding(lambda row: scores[row].argmax() == c) for c in range(CLASSES)]

    def welch(parts):
        """Of (variance, degrees of freedom) pairs."""
        return sum(v for v, _ in parts) ** 2 / sum(v ** 2 / f for v, f in parts)

    rows = (len(every), welch([
        (sum(map(len, s)) ** 2 / len(s), len(s) - 1) for s in strata]))
    classes = (CLASSES ** 2 / sum(1 / n for n in positives),
               welch([(1 / n, n - 1) for n in positives]))
    result = {}
    for name, value in own.items():
        column = int(name.split("/")[1]) if "/" in name else None
        if column is not None:
            count = {"auc": min(positives[column], negatives[column]),
                     "precision": predicted[column]}.get(name.split("/")[0], positives[column])
            evidence = (count, count - 1)
        else:
            over_classes = name.startswith("macro") or name in (
                "balanced_accuracy", "mcc", "mauc", "map")
            evidence = classes if over_classes else rows
        drawn = np.array([draw[name] for draw in draws])
        low, high = {"mcc": (-1, 1), "brier": (0, 2), "nll": (0, np.inf)}.get(name, (0, 1))
        most = (truth == column).sum() if name.startswith("recall/") else np.inf
        centre = max(0, 2 * value - drawn.mean()) if name == "ece" else value
        result[name] = score_interval(
            centre, drawn.std(ddof=1), *evidence, low, high, most)
    return result, draws, classes[1], rows[1]


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
    first_intervals, first_draws, class_freedom, row_freedom = intervals(truth, models[0])
    draws = [first_draws, intervals(truth, models[1])[1]]
    groups = [f"p{row * 7 % 19:02d}" for row in range(ROWS)]
    grouped = intervals(truth, models[0], groups)[0]
    differences = {}
    for name in ("accuracy", "macro_f1", "mauc", "map", "brier"):
        error = np.std([a[name] - b[name] for a, b in zip(*draws)], ddof=1)
        difference = values(truth, models[0])[name] - values(truth, models[1])[name]
        freedom = class_freedom if name in ("macro_f1", "mauc", "map") else row_freedom
        reach = stats.t.ppf(0.975, freedom) * error
        differences[name] = {
            "interval": [difference - reach, difference + reach],
            "p": float(2 * stats.t.sf(abs(difference) / error, freedom))}
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
        "intervals": first_intervals, "grouped": grouped,
        "student": [[level, freedom, float(stats.t.ppf((1 + level) / 2, freedom)),
                     float(2 * stats.t.sf(2.5, freedom))]
                    for level in (0.5, 0.9, 0.95, 0.999)
                    for freedom in (1, 1.5, 2, 7.6, 29, 400, 1e6)],
        "differences": differences, "delong": tests,
        "mcnemar": {"first": first, "second": second, "p": float(
            stats.binomtest(first, first + second, 0.5).pvalue)},
        "thresholds": [thresholds(truth == c, models[0][:, c]) for c in range(CLASSES)],
        "retrieval": found, "queries": queries,
    }, indent=1))


main()
