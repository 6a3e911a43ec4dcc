"""Losses of batches whose images are mixed, by torch 2.11.0's own cross-entropy and binary
cross-entropy with probabilities as targets, in float64:

    python make_mixed_golden.py > mixed_golden.json

Image i is mixed with image n - 1 - i as timm's Mixup does; its target row is mixed alike. The
texts' targets are the columns, each divided by its sum.
"""

import json
import math

import torch
import torch.nn.functional as F


def features(count, channels, step, phase):
    values = [math.sin(step * i + phase) for i in range(count * channels)]
    return torch.tensor(values, dtype=torch.float64).reshape(count, channels).requires_grad_()


def targets(kind, labels, smoothing):
    count = len(labels)
    if kind == "UniCL":
        classes, following = [], max(labels)
        for label in labels:
            following += label == 0
            classes.append(label if label else following)
        same = torch.tensor([[float(a == b) for b in classes] for a in classes]).double()
        rows = same / same.sum(1, keepdim=True)
    else:
        rows = torch.eye(count).double()
    return rows * (1 - smoothing) + smoothing / count


def case(kind, labels, shares, smoothing, log_scale):
    count, channels = len(labels), 5
    images, texts = features(count, channels, 0.5, 0.2), features(count, channels, 0.3, math.pi / 2)
    scale = torch.tensor(log_scale, dtype=torch.float64).requires_grad_()
    bias = torch.tensor(-2.5, dtype=torch.float64).requires_grad_()
    logits = scale.exp() * F.normalize(images, dim=1) @ F.normalize(texts, dim=1).T
    kept = torch.tensor(shares, dtype=torch.float64).unsqueeze(1)
    rows = targets(kind, labels, smoothing)
    mixed = rows * kept + rows.flip(0) * (1 - kept)
    if kind == "SigLIP":
        loss = F.binary_cross_entropy_with_logits(logits + bias, mixed, reduction="sum") / count
    else:
        columns = mixed.T
        sums = columns.sum(1, keepdim=True)
        columns = torch.where(sums > 0, columns / sums, columns)
        loss = (F.cross_entropy(logits, mixed) + F.cross_entropy(logits.T, columns)) / 2
    loss.backward()
    return {
        "kind": kind, "labels": labels, "shares": shares, "smoothing": smoothing,
        "log_scale": log_scale, "bias": -2.5, "loss": loss.item(),
        "images": images.grad.flatten().tolist(), "texts": texts.grad.flatten().tolist(),
        "log_scale_gradient": scale.grad.item(),
    }


def main():
    cases = []
    for kind in ["UniCL", "CLIP", "SigLIP"]:
        for labels, shares in [
            ([3, 0, 3, 7, 0, 7], [0.25] * 6),
            ([3, 0, 3, 7, 0, 7], [0.9, 0.1, 0.5, 1.0, 0.4, 0.0]),
            ([1, 1, 2, 2, 3], [0.0, 1.0, 0.7, 0.2, 0.0]),
            ([1, 2, 3, 4], [0.0, 0.0, 1.0, 1.0]),
        ]:
            for smoothing in [0.0] if kind == "SigLIP" else [0.0, 0.1]:
                cases.append(case(kind, labels, shares, smoothing, 1.7))
    print(json.dumps({"torch": torch.__version__, "cases": cases}, indent=1))


main()
