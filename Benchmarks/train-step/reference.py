#!/usr/bin/env python3
"""A whole training step: both towers, UniCL's loss, gradients, clipping, AdamW (torch's fused
kernel), smoothed weights.

usage: reference.py --config FILE.yaml [--size 64] [--batch 32] [--classes 15] [--iterations 5]
"""
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from reference_model import ImageTextModel, configuration, measure, options, unicl


def tokens(classes, context):
    """A start, eight ordinary ids that differ by class, an end, padding."""
    ids = torch.zeros(classes, context, dtype=torch.long)
    for row in range(classes):
        ids[row, :10] = torch.tensor([49406, *range(320 + row, 328 + row), 49407])
    return ids


def main():
    chosen = options(size=64, batch=32, classes=15, iterations=5)
    config = configuration(chosen.config)
    model = ImageTextModel(config).train()
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}],
        lr=1e-5, fused=True)
    smoothed = [p.detach().clone() for p in model.parameters()]
    pixels = torch.randn(chosen.batch, 3, chosen.size, chosen.size)
    rows = torch.arange(chosen.batch) % chosen.classes
    ids = tokens(min(chosen.batch, chosen.classes), config["LANG_ENCODER"]["CONTEXT_LENGTH"])

    def step():
        u, v = model(pixels, ids, rows)
        unicl(u, v, rows + 1, model.logit_scale.exp()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            torch._foreach_lerp_(smoothed, list(model.parameters()), 0.001)

    measure(chosen.iterations, step, parameters=sum(p.numel() for p in model.parameters()),
            attention=model.image.backbone.config._attn_implementation)


if __name__ == "__main__":
    main()
