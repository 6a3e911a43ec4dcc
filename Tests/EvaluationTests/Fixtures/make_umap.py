"""UMAP's curve and graph by umap-learn 0.5.12 (numpy 2, scikit-learn 1.9):

    python make_umap.py > umap.json

The table has copies of a row and two groups. Neighbours are exact, equal distances by row.
"""

import json
import math

import numpy as np
from umap.umap_ import find_ab_params, fuzzy_simplicial_set


def table():
    rows = [[round(math.sin(0.7 * r + 1.3 * c * c + 0.1 * r * c), 6) for c in range(6)] for r in range(40)]
    rows[7] = rows[3]
    rows[8] = rows[3]
    for r in range(20, 40):
        rows[r][0] += 5
    return np.array(rows, dtype=np.float32)


def graph(x, metric, neighbors):
    if metric == "cosine":
        unit = x.astype(np.float64) / np.linalg.norm(x.astype(np.float64), axis=1, keepdims=True)
        distances = ((unit[:, None] - unit[None]) ** 2).sum(2) / 2
    else:
        distances = np.sqrt(((x[:, None].astype(np.float64) - x[None]) ** 2).sum(2))
    order = np.argsort(distances, axis=1, kind="stable")
    near = np.empty((len(x), neighbors), dtype=np.int64)
    for r in range(len(x)):
        others = [int(c) for c in order[r] if c != r]
        near[r] = [r] + others[: neighbors - 1]
    found = np.take_along_axis(distances, near, 1).astype(np.float32)
    weights, _, _ = fuzzy_simplicial_set(
        x, neighbors, np.random.RandomState(0), metric, knn_indices=near, knn_dists=found)
    weights = weights.tocoo()
    cells = sorted((int(r), int(c), round(float(w), 7)) for r, c, w in zip(weights.row, weights.col, weights.data) if w > 0)
    return {"metric": metric, "neighbors": neighbors, "edges": [v for cell in cells for v in cell]}


x = table()
print(json.dumps({
    "curves": [[d, *map(float, find_ab_params(1.0, d))] for d in (0.0, 0.1, 0.25, 0.5, 0.8, 1.0)],
    "table": [float(v) for v in x.ravel()],
    "graphs": [graph(x, "cosine", 10), graph(x, "l2", 5)],
}))
