#!/usr/bin/env python3
"""adapter_golden.json: the adapter of Microsoft's classifier samples, forward and three AdamW steps.

Known, from the public sample code (microsoft/healthcareai-examples, MIT,
package/model_library/embedding.py at 53ead09): three attributes. `vision_embd` is a Sequential of
Linear, GELU, Linear, LayerNorm; `retrieval_conv` a Sequential of Conv1d(k 3, padding 1), GELU,
Conv1d(k 3, padding 1) on a sequence of length 1; `prediction_head` a Sequential of one Linear.
Hence the state names below, `prediction_head.0.*` with its index. Nothing stands between the
second convolution and the head. The sample fixes the inner width to 512; here it is `inner`.
Inferred: nothing; but no adapter file that Azure wrote was at hand to compare names with.

usage: make_adapter_golden.py      (pinned versions: golden.py two folders up)
"""
import pathlib
import sys

import torch
from torch import nn
from torch.nn.functional import cross_entropy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import golden

INPUT, INNER, HIDDEN, CLASSES, ROWS = 24, 16, 12, 5, 6
LABELS = [0, 3, 1, 4, 2, 3]
RATE, DECAY, STEPS = 3e-3, 0.01, 3
NAMES = ["prediction_head.0.bias", "prediction_head.0.weight", "retrieval_conv.0.bias",
         "retrieval_conv.0.weight", "retrieval_conv.2.bias", "retrieval_conv.2.weight",
         "vision_embd.0.bias", "vision_embd.0.weight", "vision_embd.2.bias",
         "vision_embd.2.weight", "vision_embd.3.bias", "vision_embd.3.weight"]


class Adapter(nn.Module):
    def __init__(self):
        super().__init__()
        self.vision_embd = nn.Sequential(
            nn.Linear(INPUT, INNER), nn.GELU(), nn.Linear(INNER, INNER), nn.LayerNorm(INNER))
        self.retrieval_conv = nn.Sequential(
            nn.Conv1d(INNER, HIDDEN, 3, padding=1), nn.GELU(), nn.Conv1d(HIDDEN, HIDDEN, 3, padding=1))
        self.prediction_head = nn.Sequential(nn.Linear(HIDDEN, CLASSES))

    def forward(self, x):
        features = self.retrieval_conv(self.vision_embd(x)[:, :, None])[:, :, 0]
        return features, self.prediction_head(features)


def main():
    model = Adapter().double()
    shapes = {k: v.shape for k, v in model.state_dict().items()}
    assert sorted(shapes) == NAMES
    model.load_state_dict(golden.closed_form(shapes, lambda name: name == "vision_embd.3.weight"))
    x, y = golden.sines(ROWS * INPUT, 0.37).reshape(ROWS, INPUT), torch.tensor(LABELS)
    features, logits = model(x)
    result = {"features": golden.rows(features), "logits": golden.rows(logits)}
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    losses = []
    for step in range(STEPS):
        loss = cross_entropy(model(x)[1], y)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            result["gradients"] = {k: golden.digest(p.grad, 4) for k, p in model.named_parameters()}
        optimizer.step()
        losses.append(loss.item())
    golden.write(__file__, "adapter_golden.json", result | {
        "about": "float64; row-major input sin(0.37 e) [rows, input]; parameters by the closed form "
                 "of golden.py (vision_embd.3.weight is the norm's); mean cross-entropy, AdamW on "
                 "every parameter with betas .9 .999, eps 1e-8; gradients of the first step, "
                 "losses before each step, trained_* after the last",
        "made_with": golden.versions("torch"), "input": INPUT, "inner": INNER, "hidden": HIDDEN,
        "classes": CLASSES, "rows": ROWS, "labels": LABELS, "learning_rate": RATE,
        "weight_decay": DECAY, "losses": losses, "shapes": {k: list(shapes[k]) for k in NAMES},
        "trained_logits": golden.rows(model(x)[1]),
        "trained_parameters": {k: golden.digest(p) for k, p in model.named_parameters()}})


if __name__ == "__main__":
    main()
