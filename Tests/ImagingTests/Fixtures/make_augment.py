#!/usr/bin/env python3
"""torchvision's TrivialAugmentWide and RandomErasing for given draws.

usage: make_augment.py > augment.json
Pinned: torch==2.11.0, torchvision==0.26.0, Pillow==11.0.0, numpy==2.4.6.

The classes' own `forward` and `get_params` run; only where they ask torch for random numbers
they are handed the draws (TrivialAugmentWide), or the draws are written down (RandomErasing).
torch's `linspace` differs in the last bit between processors; AVX2 and AVX-512 agree."""
import base64, hashlib, json, sys
from unittest import mock
import numpy as np, PIL, torch, torchvision
from PIL import Image
from torchvision import transforms

assert torch.__version__.startswith("2.11.0") and torchvision.__version__.startswith("0.26.0")
assert PIL.__version__ == "11.0.0" and np.__version__ == "2.4.6"
assert torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512")
random = np.random.default_rng(5)


def picture(width, height, low, high):
    """A gradient with noise: many levels, no flat channel, not the whole range."""
    slope = np.linspace(low, high, width * height * 3).reshape(height, width, 3)
    slope = slope + random.integers(-20, 21, slope.shape)
    return np.clip(slope, low, high).astype(np.uint8)


PICTURES = [picture(24, 20, 9, 231), picture(17, 17, 0, 255), picture(40, 2, 60, 61), np.full((5, 7, 3), 77, np.uint8)]


def augmented(transform, array, draws):
    draws = iter(draws)
    with mock.patch.object(torch, "randint", lambda *a, **k: torch.tensor([next(draws)])):
        result = np.asarray(transform(Image.fromarray(array)))
    assert next(draws, None) is None and result.shape == array.shape
    return result.tobytes()


def trivial():
    plain = transforms.TrivialAugmentWide()
    space = plain._augmentation_space(31)
    result = []
    for number, array in enumerate(PICTURES):
        for fill in (None, [200, 10, 90]) if number == 0 else (None,):
            transform = transforms.TrivialAugmentWide(fill=fill)
            for index, (name, (magnitudes, signed)) in enumerate(space.items()):
                for sign in range(2 if signed else 1):
                    bins = range(31) if magnitudes.ndim else [None]
                    pixels = b"".join(
                        augmented(transform, array, [index] + ([] if b is None else [b]) + ([sign] if signed else []))
                        for b in bins)
                    result.append({"picture": number, "fill": fill or [0, 0, 0], "operation": name, "negative": bool(sign),
                                   "sha256": hashlib.sha256(pixels).hexdigest()})
    return result


def erased(width, height, scale, ratio, value):
    """Draws, in order, and the picture: zeros to erase on ones."""
    log, floats = [], torch.Tensor.uniform_
    integers = torch.randint

    def uniform(self, low=0, high=1):
        number = floats(self, low, high)
        log.append(float(number))
        return number

    def whole(low, high, size):
        number = integers(low, high, size)
        log.append(int(number))
        return number

    with mock.patch.object(torch.Tensor, "uniform_", uniform), mock.patch.object(torch, "randint", whole):
        result = transforms.RandomErasing(1, scale, ratio, value)(torch.full((3, height, width), 7.0))
    changed = (result != 7).any(0).nonzero()
    box = None
    if len(changed):
        top, left = changed.min(0).values.tolist()
        bottom, right = changed.max(0).values.tolist()
        box = [left, top, right - left + 1, bottom - top + 1]
    return {"width": width, "height": height, "scale": scale, "ratio": ratio, "value": value, "draws": log, "box": box,
            "sha256": hashlib.sha256(result.numpy().astype("<f4").tobytes()).hexdigest()}


torch.manual_seed(11)
out = {
    "pictures": [{"width": a.shape[1], "height": a.shape[0], "pixels": base64.b64encode(a.tobytes()).decode()} for a in PICTURES],
    "magnitudes": {name: [float(v) for v in values] for name, (values, _) in transforms.TrivialAugmentWide()._augmentation_space(31).items() if values.ndim},
    "trivial": trivial(),
    "erasing": [erased(w, h, s, r, v) for w, h in ((30, 20), (9, 31)) for s, r in (([0.02, 0.33], [0.3, 3.3]), ([0.5, 0.95], [0.1, 1.5]))
                for v in (0, -1.5, [0.25, 2, -3]) for _ in range(6)],
}
json.dump(out, sys.stdout)
sys.stdout.write("\n")
