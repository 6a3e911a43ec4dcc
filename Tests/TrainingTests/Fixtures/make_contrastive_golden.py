#!/usr/bin/env python3
"""contrastive_golden.json: UniCL's loss with its gradients, in float64, by torch's own
cross-entropy with probabilities as targets; with distinct labels it must equal open_clip's
ClipLoss. The first cases must give the figures printed in the notes on MedImageInsight.
"losses": CLIP's and SigLIP's by open_clip's ClipLoss and SigLipLoss, which do not look at labels;
with label smoothing, which those do not have, by torch's cross-entropy.

usage: make_contrastive_golden.py      (pinned versions: golden.py two folders up)
"""
import math
import pathlib
import sys

import torch
from torch.nn.functional import cross_entropy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import golden

LOG_SCALES = [1.0, math.log(1 / 0.07), 4.516357]
PRINTED = {1.0: (2.7914364721, 2.8042779482, 2.7978572101, 2.6572831869),
           4.516357: (68.6707228342, 68.2695810322, 68.4701519332, 63.7382088072)}
# Labels as data sets give them; 0 is an unlabelled pair.
CASES = {
    "printed": ([3, 0, 3, 7, 0, 7], 4),
    "distinct": ([1, 2, 3, 4, 5, 6], 4),
    "repeated": ([1, 2, 1, 3, 3, 3, 2, 9, 1, 9], 8),
    "unlabelled": ([0, 0, 0, 0, 0], 8),
    "repeated_and_unlabelled": ([2, 0, 2, 0, 5, 2, 5, 0, 11, 1], 8),
    "one_class": ([4, 4, 4, 4], 8),
    "one_pair": ([1], 8),
}


# Loss, labels, logarithm of the scale, SigLIP's bias, label smoothing.
LOSSES = [(kind, name, log_scale, bias, 0.0)
          for kind, bias, scales in [("CLIP", None, LOG_SCALES),
                                     ("SigLIP", -10.0, [math.log(10), *LOG_SCALES[1:]])]
          for name in ("printed", "repeated") for log_scale in scales]
LOSSES += [("SigLIP", name, LOG_SCALES[1], 0.5, 0.0) for name in ("printed", "one_pair")]
LOSSES += [(kind, name, LOG_SCALES[1], None, 0.1)
           for kind in ("CLIP", "UniCL") for name in ("printed", "repeated_and_unlabelled")]


def targets(labels):
    """Every 0 becomes a class of its own: the largest label plus 1, plus 2, ..."""
    fresh = iter(range(max(labels) + 1, max(labels) + 1 + len(labels)))
    return [label if label else next(fresh) for label in labels]


def features(labels, channels):
    """Image and text features by closed form, before they are normalised."""
    count = len(labels) * channels
    return (golden.sines(count, 0.5, 0.2).reshape(-1, channels),
            golden.sines(count, 0.3, math.pi / 2).reshape(-1, channels))


def unicl(u, v, labels, scale):
    """Mean cross-entropy against the row-normalised agreement of classes: by text, by image."""
    classes = torch.tensor(targets(labels))
    agreement = (classes[:, None] == classes[None, :]).double()
    agreement = agreement / agreement.sum(1, keepdim=True)
    logits = scale * u @ v.T
    return cross_entropy(logits, agreement), cross_entropy(logits.T, agreement)


def run(name, labels, channels, log_scale):
    images, texts = (x.requires_grad_() for x in features(labels, channels))
    scale = torch.tensor(log_scale, dtype=torch.float64, requires_grad=True)
    u, v = (x / x.norm(dim=1, keepdim=True) for x in (images, texts))
    by_text, by_image = unicl(u, v, labels, scale.exp())
    loss = (by_text + by_image) / 2
    loss.backward()
    return {"name": name, "labels": labels, "targets": targets(labels), "channels": channels,
            "log_scale": log_scale, "image_to_text": by_text.item(),
            "text_to_image": by_image.item(), "loss": loss.item(), "clip": clip(u, v, log_scale),
            "gradients": {"images": golden.rows(images.grad.reshape(-1)),
                          "texts": golden.rows(texts.grad.reshape(-1)),
                          "log_scale": scale.grad.item()}}


def peer(kind, u, v, labels, scale, bias, smoothing):
    """A loss as its reference takes it: the scale itself, not its logarithm."""
    from open_clip.loss import ClipLoss, SigLipLoss
    if kind == "SigLIP":
        return SigLipLoss()(u, v, scale, bias)
    if kind == "CLIP" and smoothing == 0:
        return ClipLoss()(u, v, scale)
    if kind == "CLIP":
        wanted = torch.arange(len(labels))
    else:
        classes = torch.tensor(targets(labels))
        wanted = (classes[:, None] == classes[None, :]).double()
        wanted = wanted / wanted.sum(1, keepdim=True)
    logits = scale * u @ v.T
    return (cross_entropy(logits, wanted, label_smoothing=smoothing)
            + cross_entropy(logits.T, wanted, label_smoothing=smoothing)) / 2


def run_peer(kind, name, log_scale, start, smoothing):
    labels, channels = CASES[name]
    images, texts = (x.requires_grad_() for x in features(labels, channels))
    scale = torch.tensor(log_scale, dtype=torch.float64, requires_grad=True)
    bias = None if start is None else torch.tensor(start, dtype=torch.float64, requires_grad=True)
    u, v = (x / x.norm(dim=1, keepdim=True) for x in (images, texts))
    loss = peer(kind, u, v, labels, scale.exp(), bias, smoothing)
    loss.backward()
    gradients = {"images": golden.rows(images.grad.reshape(-1)),
                 "texts": golden.rows(texts.grad.reshape(-1)), "log_scale": scale.grad.item()}
    if bias is not None:
        gradients["bias"] = bias.grad.item()
    return {"kind": kind, "name": name, "labels": labels, "channels": channels,
            "log_scale": log_scale, "bias": start, "label_smoothing": smoothing,
            "loss": loss.item(), "gradients": gradients}


def clip(u, v, log_scale):
    from open_clip.loss import ClipLoss
    return ClipLoss()(u.detach(), v.detach(), math.exp(log_scale)).item()


def main():
    made_with = golden.versions("torch", "open_clip_torch")
    cases = [run(name, labels, channels, log_scale)
             for name, (labels, channels) in CASES.items() for log_scale in LOG_SCALES]
    for case in cases:
        if case["name"] == "printed" and case["log_scale"] in PRINTED:
            found = [case[k] for k in ("image_to_text", "text_to_image", "loss", "clip")]
            golden.close(found, PRINTED[case["log_scale"]])
        if case["name"] in ("distinct", "unlabelled"):
            golden.close([case["loss"]], [case["clip"]], 1e-12)
    golden.write(__file__, "contrastive_golden.json", {
        "about": "float64; image features sin(0.5 e + 0.2), text features sin(0.3 e + pi / 2), "
                 "e row-major over [pairs, channels], rows then divided by their L2 norms; "
                 "gradients of the loss to the features before that division, row-major, and to "
                 "the logarithm of the scale; clip is CLIP's loss on the same features",
        "made_with": made_with, "cases": cases,
        "losses": [run_peer(*case) for case in LOSSES]})


if __name__ == "__main__":
    main()
