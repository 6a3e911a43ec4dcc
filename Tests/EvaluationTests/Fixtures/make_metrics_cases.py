#!/usr/bin/env python3
"""Truth, predictions and scores, degenerate ones included, with scikit-learn's numbers.

usage: make_metrics_cases.py > metrics.cases.json      (scikit-learn 1.9.1, numpy 2.4)
Scores are stored as whole numbers of 256ths, so that they are exact and ties are real.
`averages` have [precision, recall, f1]; `all` is with labels = every class, `present` without.
"""
import json
import warnings

import numpy as np
import sklearn
from sklearn import metrics

UNIT = 256


def whole(scores: np.ndarray) -> np.ndarray:
    """Rows of non-negative whole numbers that sum to UNIT."""
    units = np.floor(scores * UNIT).astype(int)
    units[np.arange(len(units)), units.argmax(1)] += UNIT - units.sum(1)
    return units


def expected(truth, predicted, scores, classes) -> dict:
    labels = list(range(classes))
    averages = {}
    for name in ("macro", "micro", "weighted"):
        for scope, chosen in (("all", labels), ("present", None)):
            values = metrics.precision_recall_fscore_support(
                truth, predicted, labels=chosen, average=name, zero_division=0)
            averages[f"{name}_{scope}"] = [float(value) for value in values[:3]]
    each = metrics.precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=0)
    result = {
        "averages": averages,
        "per_class": [[float(column[row]) for column in each] for row in labels],
        "accuracy": float(metrics.accuracy_score(truth, predicted)),
        "balanced_accuracy": float(metrics.balanced_accuracy_score(truth, predicted)),
        "mcc": float(metrics.matthews_corrcoef(truth, predicted)),
        "confusion": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
    }
    if scores is None:
        return result
    probabilities = np.asarray(scores) / UNIT
    areas = []
    for label in labels:
        positive = truth == label
        defined = positive.any() and not positive.all()
        areas.append(
            float(metrics.roc_auc_score(positive, probabilities[:, label])) if defined else None)
    known = [area for area in areas if area is not None]
    result["auc"] = areas
    result["mauc"] = float(np.mean(known)) if known else None
    result["nll"] = float(metrics.log_loss(truth, probabilities, labels=labels))
    hot = np.eye(classes)[truth]
    result["brier"] = float(((probabilities - hot) ** 2).sum(1).mean())
    if classes > 2:
        brier = metrics.brier_score_loss(truth, probabilities, labels=labels)
        assert abs(result["brier"] - brier) < 1e-12
    tied = any(len(set(row)) < classes for row in scores)
    result["top_k"] = {} if tied else {
        str(k): float(metrics.top_k_accuracy_score(truth, probabilities, k=k, labels=labels))
        for k in (1, 2, 3, 5) if k < classes and classes > 2}
    return result


def main() -> None:
    generator = np.random.default_rng(29)

    def soft(truth, classes, sharp=1.2):
        logits = generator.standard_normal((len(truth), classes)) + sharp * np.eye(classes)[truth]
        return whole(np.exp(logits) / np.exp(logits).sum(1, keepdims=True))

    cases = {}

    def case(name, truth, scores, classes, predicted=None):
        truth = np.asarray(truth, int)
        predicted = np.asarray(scores).argmax(1) if predicted is None else np.asarray(predicted)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = expected(truth, predicted, scores, classes)
        cases[name] = {
            "classes": classes, "truth": truth.tolist(), "predicted": predicted.tolist(),
            "scores": None if scores is None else np.asarray(scores).tolist(),
            "expected": values}

    truth = generator.integers(0, 5, 60)
    case("five classes", truth, soft(truth, 5), 5)
    weights = 1 / (np.arange(12) + 1)
    truth = generator.choice(12, 150, p=weights / weights.sum())
    truth[:12] = np.arange(12)
    case("twelve imbalanced classes", truth, soft(truth, 12), 12)
    truth = generator.integers(0, 4, 50)
    coarse = soft(truth, 4) // 64
    coarse = coarse * 64
    coarse[:, 3] += UNIT - coarse.sum(1)
    case("tied scores", truth, coarse, 4)
    truth = generator.integers(0, 4, 40)
    scores = soft(truth, 4)
    predicted = scores.argmax(1)
    case("a class never predicted", truth, scores, 4, np.where(predicted == 2, 0, predicted))
    truth = np.where(truth == 3, 1, truth)
    scores = soft(truth, 4)
    predicted = scores.argmax(1)
    predicted[0] = 3
    case("a class absent from the truth", truth, scores, 4, predicted)
    case("a class absent from both", truth, scores, 4, scores[:, :3].argmax(1))
    case("one class, all right", [1] * 10, None, 3, [1] * 10)
    truth = np.zeros(10, int)
    case("one class, mixed predictions", truth, soft(truth, 3), 3, [0, 0, 0, 1, 1, 2, 0, 0, 0, 0])
    truth = generator.integers(0, 3, 30)
    case("constant prediction", truth, np.tile([64, 128, 64], (30, 1)), 3)
    sure = np.eye(3, dtype=int) * UNIT
    case("all wrong", [0, 1, 2, 0, 1, 2], sure[[1, 2, 0, 1, 2, 0]], 3)
    case("all right", [0, 1, 2, 0, 1, 2], sure[[0, 1, 2, 0, 1, 2]], 3)
    case("one row", [2], [[20, 50, 186]], 3)
    truth = generator.integers(0, 2, 30)
    case("two classes", truth, soft(truth, 2), 2)
    heading = json.dumps({"sklearn": sklearn.__version__, "unit": UNIT})
    print(heading[:-1] + ', "cases": {')
    print(",\n".join(
        json.dumps(name) + ": " + json.dumps(body, separators=(",", ":"))
        for name, body in cases.items()))
    print("}}")


main()
