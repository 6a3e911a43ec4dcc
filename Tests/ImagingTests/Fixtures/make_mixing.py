#!/usr/bin/env python3
"""timm's Mixup for given draws: mixed pictures, targets and boxes.

usage: make_mixing.py > mixing.json
Pinned: timm==1.0.31, torch==2.11.0, numpy==2.4.6."""
import hashlib, json, sys
from unittest import mock
import numpy as np, timm, torch
from timm.data import mixup

assert timm.__version__ == "1.0.31" and torch.__version__.startswith("2.11.0") and np.__version__ == "2.4.6"
COUNT, HEIGHT, WIDTH, CLASSES = 4, 9, 11, 3
LABELS = [0, 2, 1, 0]
PIXELS = torch.from_numpy(np.random.default_rng(2).integers(-64, 65, (COUNT, 3, HEIGHT, WIDTH)) / 32).float()


def run(mode, mixup_alpha, cutmix_alpha):
    log = {"lambda": [], "place": []}
    beta, integers = np.random.beta, np.random.randint

    def draw_beta(a, b, size=None):
        value = beta(a, b, size)
        log["lambda"].append(np.asarray(value).flatten().tolist())
        return value

    def draw_integer(low, high=None, size=None):
        value = integers(low, high, size)
        log["place"].append(int(value))
        return value

    x, labels = PIXELS.clone(), torch.tensor(LABELS)
    mixer = mixup.Mixup(mixup_alpha, cutmix_alpha, None, 1.0, 0.5, mode, True, 0.0, CLASSES)
    with mock.patch.object(np.random, "beta", draw_beta), mock.patch.object(np.random, "randint", draw_integer):
        mixed, targets = mixer(x, labels)
    return {"mode": mode, "cutmix": cutmix_alpha > 0, "lambda": log["lambda"][0], "place": log["place"],
            "targets": targets.double().flatten().tolist(), "sha256": hashlib.sha256(mixed.numpy().astype("<f4").tobytes()).hexdigest()}


np.random.seed(7)
out = {"width": WIDTH, "height": HEIGHT, "labels": LABELS, "classes": CLASSES, "pixels": PIXELS.flatten().tolist(),
       "runs": [run(mode, *alphas) for mode in ("batch", "pair", "elem") for alphas in ((0.8, 0.0), (0.0, 1.0)) for _ in range(3)]}
json.dump(out, sys.stdout)
sys.stdout.write("\n")
