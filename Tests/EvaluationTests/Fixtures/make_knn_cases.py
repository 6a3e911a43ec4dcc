#!/usr/bin/env python3
"""Class shares by scikit-learn's k nearest neighbours, for KNearestNeighborsTests.

usage: make_knn_cases.py > knn.cases.json      (scikit-learn 1.9.1, numpy 2.4)
Vectors are whole numbers of 64ths. Training rows 10 and 50 are one vector with two labels; test
rows 0 and 1 equal training rows 10 and 3. There scikit-learn's distance is rounding (8e-8, not
0), so for weights=distance those two rows hold what its rule gives at distance exactly 0.
"""
import json

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier

UNIT, CLASSES, WIDTH = 64, 5, 7


def main() -> None:
    generator = np.random.default_rng(31)
    centres = generator.standard_normal((CLASSES, WIDTH))

    def rows(labels):
        noise = 1.1 * generator.standard_normal((len(labels), WIDTH))
        return np.round((centres[labels] + noise) * UNIT).astype(int)

    train_labels = np.concatenate([np.arange(CLASSES), generator.choice(CLASSES, 55)])
    test_labels = generator.integers(0, CLASSES, 20)
    train, test = rows(train_labels), rows(test_labels)
    train[50], train_labels[50] = train[10], (train_labels[10] + 1) % CLASSES
    test[0], test[1] = train[10], train[3]
    result = {
        "sklearn": sklearn.__version__, "unit": UNIT, "classes": CLASSES, "width": WIDTH,
        "train": train.ravel().tolist(), "test": test.ravel().tolist(),
        "train_labels": train_labels.tolist(), "shares": {}, "distances": {}}
    for k in (1, 2, 5, 60):
        for metric, name in (("cosine", "cosine"), ("euclidean", "l2")):
            for weights in ("uniform", "distance"):
                model = KNeighborsClassifier(
                    n_neighbors=k, metric=metric, weights=weights, algorithm="brute")
                model.fit(train / UNIT, train_labels)
                shares = model.predict_proba(test / UNIT)
                if weights == "distance":
                    twins = np.zeros((2, CLASSES))
                    twins[0, train_labels[10]] = twins[0, train_labels[50]] = 0.5
                    twins[1, train_labels[3]] = 1
                    shares[:2] = twins
                if k == 1:   # which twin is nearest is not fixed: the lower row is
                    shares[0] = np.eye(CLASSES)[train_labels[10]]
                result["shares"][f"{k} {name} {weights}"] = shares.ravel().tolist()
            distances = model.kneighbors(test[2:] / UNIT)[0]
            result["distances"][f"{k} {name}"] = distances[:, :5].ravel().tolist()
    print(json.dumps(result, separators=(",", ":")))


main()
