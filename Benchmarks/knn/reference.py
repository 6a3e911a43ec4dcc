#!/usr/bin/env python3
"""scikit-learn's KNeighborsClassifier with all metrics, and FAISS's exact index. Only queries (and
metrics) are timed, not the start and what is done once for the training rows.

usage: reference.py sklearn|faiss --data FOLDER [--k 10] [--metric cosine|l2] [--iterations 5]
       (scikit-learn 1.9.1, faiss-cpu 1.15.1, numpy 2.4.6)
"""
import argparse
import json
import os
import pathlib
import time
import warnings

import numpy as np

CLASSES = 22


def metrics(y, predicted, shares):
    """What Cambium's metrics.json holds, by scikit-learn."""
    from sklearn import metrics as m
    labels = list(range(CLASSES))
    for average in ("macro", "micro", "weighted", None):
        m.precision_recall_fscore_support(y, predicted, labels=labels, average=average, zero_division=0)
    m.precision_recall_fscore_support(y, predicted, average="macro", zero_division=0)
    m.balanced_accuracy_score(y, predicted)
    m.matthews_corrcoef(y, predicted)
    m.confusion_matrix(y, predicted, labels=labels)
    for label in labels:
        if 0 < (y == label).sum() < len(y):
            m.roc_auc_score(y == label, shares[:, label])
    m.log_loss(y, np.clip(shares, 1e-12, 1), labels=labels)
    for k in (1, 3, 5):
        m.top_k_accuracy_score(y, shares, k=k, labels=labels)
    return m.accuracy_score(y, predicted)


def sklearn(options):
    from sklearn.neighbors import KNeighborsClassifier
    x, y = np.load(options.data / "train.npy"), np.load(options.data / "train.labels.npy")
    q, truth = np.load(options.data / "test.npy"), np.load(options.data / "test.labels.npy")
    metric = "cosine" if options.metric == "cosine" else "euclidean"
    model = KNeighborsClassifier(
        options.k, metric=metric, algorithm="brute", n_jobs=int(os.environ.get("OMP_NUM_THREADS", 2))).fit(x, y)

    def once():
        shares = model.predict_proba(q)
        return metrics(truth, model.classes_[shares.argmax(1)], shares)
    return once


def faiss(options):
    import faiss as library
    library.omp_set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    x, q = np.load(options.data / "many.npy"), np.load(options.data / "queries.npy")
    index = (library.IndexFlatIP if options.metric == "cosine" else library.IndexFlatL2)(x.shape[1])
    index.add(x)
    return lambda: index.search(q, options.k)[1][0].tolist()


def main():
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser()
    parser.add_argument("library", choices=["sklearn", "faiss"])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--metric", default="cosine")
    parser.add_argument("--iterations", type=int, default=5)
    options = parser.parse_args()
    once = {"sklearn": sklearn, "faiss": faiss}[options.library](options)
    seconds = []
    for _ in range(options.iterations):
        start = time.perf_counter()
        result = once()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "result": result}))


if __name__ == "__main__":
    main()
