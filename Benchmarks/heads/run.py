#!/usr/bin/env python3
"""All heads on the same embeddings, with intervals: the demo's (`make demo` first) and
Fashion-MNIST's pixels (Debian's dataset-fashion-mnist), made to length 1: the first 10,000 training
rows (or --rows), 5,000 validation and 10,000 test rows. Prints Markdown tables and writes them with all figures to
.demo/benchmarks/heads.json.

The searched head may not be worse than the best single one by more than the interval: where the
upper end of its accuracy's interval lies below the best one's accuracy, the program ends with 1.

usage: run.py CAMBIUM [--budget 300] [--rows 10000] [--only demo|fashion]      (numpy 2.4.6)
"""
import argparse
import gzip
import json
import pathlib
import shutil
import subprocess
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / ".demo"
WORK = DEMO / "benchmark-heads"
FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")
SETTINGS = {
    "nearest prototype": ["--head", "prototype"],
    "logistic regression": ["--head", "logistic"],
    "linear": ["--head", "linear", "--learning-rate", "0.01", "--epochs", "30"],
    "MLP": ["--head", "mlp", "--learning-rate", "0.001", "--epochs", "30"],
    "mlp-conv, Microsoft's preset": [],
    "the same without dead taps": ["--head", "mlp-conv-lean"],
    "mlp-conv, balanced classes": ["--class-weights", "balanced"],
    "mlp-conv, 5 folds averaged": ["--ensemble"],
    "Tip-Adapter": ["--head", "tip-adapter"],
    "Tip-Adapter-F": ["--head", "tip-adapter-f", "--learning-rate", "0.001"],
}
TEXT_SETTINGS = {
    "CLIP-Adapter, class texts": ["--head", "clip-adapter", "--learning-rate", "0.001", "--epochs", "30",
                                  "--hidden", "32"],
    "Tip-Adapter, class texts": ["--head", "tip-adapter"],
    "Tip-Adapter-F, class texts": ["--head", "tip-adapter-f", "--learning-rate", "0.001"],
}


def fashion(folder, count):
    """Rows of length 1 and their keys files."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {}
    for part in ("train", "t10k"):
        pixels = gzip.open(FASHION / f"{part}-images-idx3-ubyte.gz").read()[16:]
        labels = gzip.open(FASHION / f"{part}-labels-idx1-ubyte.gz").read()[8:]
        x = np.frombuffer(pixels, np.uint8).reshape(-1, 784).astype(np.float64)
        x /= np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)
        parts[part] = x.astype(np.float32), np.frombuffer(labels, np.uint8)
    x, y = parts["train"]
    for name, (rows, own) in {"train": (x[:count], y[:count]),
                              "validation": (x[50000:55000], y[50000:55000]),
                              "test": parts["t10k"]}.items():
        np.save(folder / f"{name}.npy", rows)
        (folder / f"{name}.keys.tsv").write_text(
            "".join(f"{name}-{row}\t{label + 1}\tclass {label}\n" for row, label in enumerate(own)))


def run(arguments):
    start = time.perf_counter()
    subprocess.run([str(word) for word in arguments] + ["--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def row(folder, seconds):
    metrics = json.loads((folder / "metrics.json").read_text())
    intervals = metrics["intervals"]
    return {"accuracy": metrics["accuracy"], "accuracy_interval": intervals["accuracy"],
            "macro_f1": metrics["macro"]["f1"], "macro_f1_interval": intervals["macro_f1"],
            "mauc": metrics["mauc"], "ece": metrics["calibration"]["ece"],
            "seconds": round(seconds, 2)}


def table(cambium, tables, work, model, budget, classes):
    """Every head's figures on one set of embeddings."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    train = ["--train", tables["train"]]
    test = ["--test", tables["test"]]
    rows = {}

    def adapt(name, options):
        place = work / str(len(rows))
        seconds = run([cambium, "adapt", *train, "--validation", tables["validation"], "--out",
                       place / "adapter", *classes, *options])
        run([cambium, "evaluate", "adapter", "--adapter", place / "adapter", *test, "--out",
             place / "result"])
        rows[name] = row(place / "result", seconds)
        print(f"{name}: {rows[name]['accuracy']:.4f} in {seconds:.1f} s", file=sys.stderr, flush=True)
        return json.loads((place / "adapter" / "config.json").read_text())

    for weights in ("uniform", "softmax"):
        place = work / f"knn-{weights}"
        seconds = run([cambium, "evaluate", "knn", *train, *test, "--weights", weights, *classes,
                       "--out", place])
        rows[f"KNN, k = 10, {weights} votes"] = row(place, seconds)
    settings = SETTINGS
    if model:
        settings = SETTINGS | {name: [*options, "--model", model]
                               for name, options in TEXT_SETTINGS.items()}
        place = work / "zero-shot"
        seconds = run([cambium, "evaluate", "zero-shot", "--model", model, "--labels", classes[1],
                       *test, "--out", place])
        rows["zero-shot"] = row(place, seconds)
    for name, options in settings.items():
        adapt(name, options)
    best = max(rows, key=lambda name: rows[name]["accuracy"])
    searched = adapt("searched", ["--search", "--budget", budget])
    chosen = searched["search"]
    figures = rows["searched"]
    return {"rows": rows, "best_single": best, "chosen": chosen["trials"][0]["method"],
            "why": chosen["why"], "budget_cut": chosen["budget_cut"],
            "holds": figures["accuracy_interval"][1] >= rows[best]["accuracy"]}


def markdown(title, result):
    lines = [f"### {title}", "", "| Head | Accuracy | Macro F1 | mAUC | ECE | Seconds |",
             "|---|---|---|---|---|---|"]
    for name, r in result["rows"].items():
        def with_interval(key):
            low, high = r[f"{key}_interval"]
            return f"{r[key]:.3f} ({low:.3f}-{high:.3f})"
        lines.append(f"| {name} | {with_interval('accuracy')} | {with_interval('macro_f1')} | "
                     f"{r['mauc']:.3f} | {r['ece']:.3f} | {r['seconds']} |")
    lines += ["", f"Best single: {result['best_single']}. Chosen by the search: "
              f"`{json.dumps(result['chosen'], sort_keys=True)}`, {result['why']}"
              f"{'; the budget cut it' if result['budget_cut'] else ''}. Not worse by more than the "
              f"interval: {'yes' if result['holds'] else 'NO'}.", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cambium", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--budget", default="300")
    parser.add_argument("--rows", type=int, default=10000)
    parser.add_argument("--only", choices=["demo", "fashion"])
    parser.add_argument("--embeddings", type=pathlib.Path, default=DEMO / "embeddings")
    parser.add_argument("--model", type=pathlib.Path, default=DEMO / "run" / "model")
    parser.add_argument("--labels", type=pathlib.Path, default=DEMO / "data" / "unique_texts.txt")
    options = parser.parse_args()
    results = {}
    if options.only != "fashion":
        tables = {part: options.embeddings / f"trained-{part}.npy"
                  for part in ("train", "validation", "test")}
        results["the demo's embeddings"] = table(
            options.cambium, tables, WORK / "demo", options.model, options.budget,
            ["--classes", options.labels])
    if options.only != "demo":
        folder = WORK / "fashion-tables"
        fashion(folder, options.rows)
        tables = {part: folder / f"{part}.npy" for part in ("train", "validation", "test")}
        results["Fashion-MNIST's pixels"] = table(
            options.cambium, tables, WORK / "fashion", None, options.budget, [])
    for title, result in results.items():
        print(markdown(title, result))
    out = DEMO / "benchmarks"
    out.mkdir(parents=True, exist_ok=True)
    (out / "heads.json").write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
    sys.exit(0 if all(result["holds"] for result in results.values()) else 1)


if __name__ == "__main__":
    main()
