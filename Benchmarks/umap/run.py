"""Maps by `cambium umap` beside umap-learn's, same table and settings (cosine, 10 neighbours, least
distance 0.5), for some seeds: scikit-learn's trustworthiness of both and the seconds they take.

    python Benchmarks/umap/run.py .build/release/cambium TABLE.npy [TABLE.npy ...]

Tables given together are one map. Needs umap-learn 0.5.12 and scikit-learn 1.9.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import umap
from sklearn.manifold import trustworthiness

SEEDS = (42, 1, 2)


def timed(make):
    start = time.perf_counter()
    return make(), time.perf_counter() - start


def ours(program, tables, seed):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "points.npy"
        subprocess.run([program, "umap", *tables, "--out", out, "--seed", str(seed)],
                       check=True, stdout=subprocess.DEVNULL)
        return np.load(out)


def theirs(rows, seed):
    return umap.UMAP(n_components=2, n_neighbors=10, min_dist=0.5, metric="cosine",
                     random_state=seed).fit_transform(rows)


def main():
    program, tables = sys.argv[1], sys.argv[2:]
    rows = np.concatenate([np.load(table) for table in tables]).astype(np.float32)
    theirs(rows[:500], 0)  # umap-learn compiles itself on the first call.
    print(f"{rows.shape[0]} x {rows.shape[1]}")
    print("seed  trustworthiness (k = 10)     seconds")
    print("      cambium  umap-learn          cambium  umap-learn")
    gaps, ratios = [], []
    for seed in SEEDS:
        (a, own), (b, peer) = timed(lambda: ours(program, tables, seed)), timed(lambda: theirs(rows, seed))
        x, y = (trustworthiness(rows, p, n_neighbors=10, metric="cosine") for p in (a, b))
        gaps.append(x - y)
        ratios.append(peer / own)
        print(f"{seed:4}  {x:.4f}   {y:.4f}              {own:7.2f}  {peer:7.2f}", flush=True)
    print(f"cambium less umap-learn: {min(gaps):+.4f} at worst; "
          f"umap-learn takes {statistics.median(ratios):.1f} times as long (median)")


main()
