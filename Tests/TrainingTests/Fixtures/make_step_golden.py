#!/usr/bin/env python3
"""step_golden.json: three whole training steps of a small image-text model in float64: timm's
DaViT, the text tower of torch's own layers, the projections, UniCL's loss, clipping, AdamW with
MedImageInsight's decay groups and smoothed weights. No drop path, no augmentation.

usage: make_step_golden.py      (pinned versions: golden.py two folders up)
"""
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[2] / "EncodersTests/Fixtures")]
import golden
from davit_names import to_timm
from make_contrastive_golden import unicl
from make_davit_golden import WIDTHS, timm_model
from make_text_golden import WIDTH, Tower, first, padded
from make_weight_names import decay_groups, image_tower

PROJECTION, SIZE, IMAGES, STEPS, RATE = 24, 64, 5, 3, 1e-3
DECAY, CLIPPING, SMOOTHING = 0.4, 0.07, 0.999
LABELS = [2, 1, 2, 0, 3]
TEXTS = {1: ([48, 5, 6, 7, 49], 5), 2: ([48, 5, 8, 49], 4), 3: ([48, 9, 49], 3), 0: ([48, 1, 2, 49], 4)}
SHOWN = ["image_encoder.convs.0.proj.weight", "image_encoder.norms.weight", "image_projection",
         "image_encoder.blocks.2.1.channel_block.channel_attn.fn.qkv.weight",
         "image_encoder.blocks.1.0.spatial_block.conv1.fn.dw.weight",
         "lang_encoder.resblocks.1.attn.in_proj_bias", "lang_encoder.token_embedding.weight",
         "lang_encoder.resblocks.2.mlp.c_fc.weight", "lang_projection", "logit_scale"]


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.image, self.text = timm_model(), Tower().double().eval()
        self.image_projection = torch.nn.Parameter(torch.empty(WIDTHS[-1], PROJECTION).double())
        self.lang_projection = torch.nn.Parameter(torch.empty(WIDTH, PROJECTION).double())
        self.logit_scale = torch.nn.Parameter(torch.empty(()).double())
        sizes = {"widths": list(WIDTHS), "depths": [1, 1, 2, 1]}
        names = {to_timm(k): f"image_encoder.{k}" for k in image_tower(sizes)}
        own = dict(self.named_parameters())
        self.mi2 = {self.named(k, names): v for k, v in own.items()}
        assert len(self.mi2) == 178 + 40 + 3

    def named(self, name, image):
        part, _, tail = name.partition(".")
        return {"image": lambda: image[tail], "text": lambda: f"lang_encoder.{tail}"}.get(
            part, lambda: name)()

    def forward(self, pixels, ids, mask):
        u, v = self.image(pixels) @ self.image_projection, self.text(ids, mask) @ self.lang_projection
        return u / u.norm(dim=1, keepdim=True), v / v.norm(dim=1, keepdim=True)


def main():
    model = Model()
    weights = golden.closed_form({k: v.shape for k, v in model.mi2.items()}, golden.is_norm_weight)
    with torch.no_grad():
        for name, parameter in model.mi2.items():
            parameter.copy_(weights[name])
    groups = decay_groups(model.mi2)
    optimizer = torch.optim.AdamW(
        [{"params": [model.mi2[k] for k in groups["with_decay"]], "weight_decay": DECAY},
         {"params": [model.mi2[k] for k in groups["without_decay"]], "weight_decay": 0.0}], lr=RATE)
    smoothed = {k: v.detach().clone() for k, v in model.mi2.items()}
    ids = torch.tensor([padded(TEXTS[y][0], 49) for y in LABELS])
    mask = torch.tensor([first(TEXTS[y][1]) for y in LABELS])
    steps = []
    for step in range(1, STEPS + 1):
        count = IMAGES * 3 * SIZE * SIZE
        pixels = golden.sines(count, 0.013, float(step)).reshape(IMAGES, 3, SIZE, SIZE)
        u, v = model(pixels, ids, mask)
        loss = sum(unicl(u, v, LABELS, model.logit_scale.exp())) / 2
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), CLIPPING)
        optimizer.step()
        decay = min(SMOOTHING, (step + 1) / (step + 10))
        for name in smoothed:
            smoothed[name] = decay * smoothed[name] + (1 - decay) * model.mi2[name].detach()
        steps.append({"loss": loss.item(), "norm": norm.item()})
    with torch.no_grad():
        u, v = model(pixels, ids, mask)
    golden.write(__file__, "step_golden.json", {
        "about": "float64; pixels of step n: sin(0.013 e + n); every image with its label's text, "
                 "padded with 49; parameters by the closed form of golden.py over all names; "
                 "embeddings, parameters and smoothed after the last step, on its images",
        "made_with": golden.versions("torch", "timm"), "widths": list(WIDTHS), "size": SIZE,
        "projection": PROJECTION, "labels": LABELS, "ids": ids.tolist(), "mask": mask.tolist(),
        "learning_rate": RATE, "weight_decay": DECAY, "clipping": CLIPPING, "smoothing": SMOOTHING,
        "steps": steps, "images": golden.rows(u), "texts": golden.rows(v),
        "parameters": {k: golden.digest(model.mi2[k], 4) for k in SHOWN},
        "smoothed": {k: golden.digest(smoothed[k], 4) for k in SHOWN}})


if __name__ == "__main__":
    main()
