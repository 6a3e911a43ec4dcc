#!/usr/bin/env python3
"""logistic.json: scikit-learn's LogisticRegression on small closed-form tables, converged to the last
digits: coefficients, intercepts and probabilities for several C, classes and weights.

usage: make_logistic.py      (scikit-learn 1.9.1, numpy 2.4.6)
"""
import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore")


def table(rows, width, classes):
    """Unit rows and classes that anyone can compute again: float32 of sines."""
    e = np.arange(rows * width)
    x = np.sin(0.37 * e) + 0.5 * np.cos(1.9 * e * e % 97)
    y = (np.arange(rows) * 7 // 3 + (np.arange(rows) % 5 == 0)) % classes
    x = x.reshape(rows, width) + 0.4 * np.cos(np.outer(y + 1, np.arange(width) + 1))
    return x.astype(np.float32), y


def case(rows, width, classes, strength, balanced):
    x, y = table(rows, width, classes)
    model = LogisticRegression(
        C=strength, tol=1e-12, max_iter=100000, solver="newton-cholesky",
        class_weight="balanced" if balanced else None).fit(x.astype(np.float64), y)
    return {"rows": rows, "width": width, "classes": classes, "strength": strength,
            "balanced": balanced, "x": [float(v) for v in x.ravel()], "y": y.tolist(),
            "coefficients": model.coef_.ravel().tolist(), "intercepts": model.intercept_.tolist(),
            "probabilities": model.predict_proba(x[:4].astype(np.float64)).ravel().tolist()}


def main():
    cases = [case(40, 6, 3, 1.0, False), case(40, 6, 3, 100.0, True), case(30, 5, 2, 0.1, False),
             case(30, 5, 2, 10.0, True), case(90, 7, 18, 1.0, False)]
    path = pathlib.Path(__file__).with_name("logistic.json")
    path.write_text(json.dumps({"made_with": f"scikit-learn {sklearn.__version__}", "cases": cases},
                               sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
