#!/usr/bin/env python3
"""The image tower's forward pass in evaluation, by transformers' Florence-2 backbone.

usage: reference.py --config FILE.yaml [--size 224] [--batch 8] [--iterations 3]
"""
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from reference_model import ImageTower, configuration, measure, options


def main():
    chosen = options()
    model = ImageTower(configuration(chosen.config)["IMAGE_ENCODER"]["SPEC"]).eval()
    pixels = torch.randn(chosen.batch, 3, chosen.size, chosen.size)
    with torch.inference_mode():
        measure(chosen.iterations, lambda: model(pixels),
                parameters=sum(p.numel() for p in model.parameters()),
                attention=model.backbone.config._attn_implementation)


if __name__ == "__main__":
    main()
