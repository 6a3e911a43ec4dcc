"""The Python side of the model benchmarks: transformers' Florence-2 backbone, open_clip's text
transformer (both ways, padding masked), projections and UniCL's loss, built from the same
`config.yaml` as Cambium's. Weights are each library's own random start: speed does not depend
on them.

Pinned: torch 2.11.0, transformers 5.23.0, open_clip_torch 3.3.0, PyYAML 6.
"""
import argparse
import json
import os
import time

import torch
import yaml
from torch import nn
from torch.nn.functional import cross_entropy


def options(**extra):
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    for name, value in {"size": 224, "batch": 8, "iterations": 3, **extra}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    torch.manual_seed(0)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    return parser.parse_args()


def measure(iterations, body, **remarks):
    """One iteration to warm up, then each timed; the interface that interleave.py reads."""
    seconds = []
    for _ in range(iterations + 1):
        start = time.perf_counter()
        body()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds[1:], "libtorch": torch.__version__,
                      "threads": torch.get_num_threads(), **remarks}))


class ImageTower(nn.Module):
    """DaViT as MedImageInsight has it: transformers' backbone, mean over positions, norm."""

    def __init__(self, spec):
        super().__init__()
        from transformers.models.florence2.configuration_florence2 import Florence2VisionConfig
        from transformers.models.florence2.modeling_florence2 import Florence2VisionBackbone
        self.backbone = Florence2VisionBackbone(Florence2VisionConfig(
            embed_dim=spec["DIM_EMBED"], num_heads=spec["NUM_HEADS"],
            num_groups=spec["NUM_GROUPS"], depths=spec["DEPTHS"], window_size=spec["WINDOW_SIZE"],
            patch_size=spec["PATCH_SIZE"], patch_stride=spec["PATCH_STRIDE"],
            patch_padding=spec["PATCH_PADDING"], patch_prenorm=spec["PATCH_PRENORM"],
            drop_path_rate=spec["DROP_PATH_RATE"]))
        self.norms = nn.LayerNorm(spec["DIM_EMBED"][-1])

    def forward(self, pixels):
        return self.norms(self.backbone(pixels).last_hidden_state.mean((2, 3)))


class ImageTextModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        from open_clip.transformer import QuickGELU, TextTransformer
        text, spec = config["LANG_ENCODER"], config["IMAGE_ENCODER"]["SPEC"]
        projection = config["UNICL_MODEL"]["DIM_PROJECTION"]
        self.image = ImageTower(spec)
        self.text = TextTransformer(
            context_length=text["CONTEXT_LENGTH"], vocab_size=49408, width=text["WIDTH"],
            heads=text["HEADS"], layers=text["LAYERS"], output_dim=projection, act_layer=QuickGELU,
            no_causal_mask=True, use_pad_mask=True, pad_id=0,
            norm_layer=lambda width: nn.LayerNorm(width, eps=1e-12))
        self.image_projection = nn.Parameter(torch.randn(spec["DIM_EMBED"][-1], projection) * 0.02)
        self.logit_scale = nn.Parameter(torch.tensor(2.6592))

    def forward(self, pixels, ids, rows):
        """Features of images and, a text shared by several images encoded once, of their texts."""
        u, v = self.image(pixels) @ self.image_projection, self.text(ids)
        return u / u.norm(dim=1, keepdim=True), (v / v.norm(dim=1, keepdim=True))[rows]


def unicl(u, v, labels, scale):
    agreement = (labels[:, None] == labels[None, :]).float()
    agreement = agreement / agreement.sum(1, keepdim=True)
    logits = scale * u @ v.T
    return (cross_entropy(logits, agreement) + cross_entropy(logits.T, agreement)) / 2


def configuration(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)
