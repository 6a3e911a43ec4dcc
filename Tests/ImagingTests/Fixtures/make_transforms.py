#!/usr/bin/env python3
"""Numbers of torch and torchvision for the transform tests.

usage: make_transforms.py > transforms.json
Pinned: torch==2.11.0, torchvision==0.26.0, Pillow==11.0.0."""
import hashlib, json, sys
import numpy as np, torch, torchvision
import torch.nn.functional as F
from PIL import Image
from torchvision import transforms
from torchvision.transforms import functional as T

assert torch.__version__.startswith("2.11.0") and torchvision.__version__.startswith("0.26.0")
random = np.random.default_rng(3)
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def evaluation(array, size):
    steps = transforms.Compose([
        transforms.Resize(size, transforms.InterpolationMode.BICUBIC), transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    return hashlib.sha256(steps(Image.fromarray(array)).numpy().astype("<f4").tobytes()).hexdigest()


def rounded(tensor):
    return [round(float(v), 6) for v in tensor.flatten()]


levels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
levels[..., 1] = levels[..., 1].T
levels[..., 2] = 255 - levels[..., 2]
out = {"levels": levels.flatten().tolist(), "evaluation": [{"width": w, "height": h, "sha256": evaluation(levels, (h, w))} for w, h in ((16, 16), (9, 23))]}

image = torch.from_numpy(random.random((3, 4, 6), dtype=np.float32))
out["image"] = {"width": 6, "height": 4, "values": image.flatten().tolist()}
maps = [[[1, 0, 0], [0, 1, 0]], [[0.8, 0.3, 0.1], [-0.2, 1.1, -0.3]], [[-1.5, 0.1, 0.4], [0.2, 0.6, 0.9]], [[3, 0, 0], [0, 3, 0]]]
out["affine"] = [{"matrix": m, "values": rounded(F.grid_sample(image[None], F.affine_grid(torch.tensor([m]).float(), (1, 3, 4, 6), align_corners=False), padding_mode="border", align_corners=False))} for m in maps]
out["color"] = [{"kind": kind, "factor": factor, "values": rounded(function(image, factor))}
                for kind, function in (("brightness", T.adjust_brightness), ("contrast", T.adjust_contrast), ("saturation", T.adjust_saturation))
                for factor in (0.4, 1.0, 1.7)]
json.dump(out, sys.stdout)
sys.stdout.write("\n")
