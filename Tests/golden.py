"""What the makers of golden fixtures share: weights and inputs by closed form, and how they write.

No fixture stores weights. Both sides generate them: state-dict keys in MedImageInsight's names
are sorted in ASCII order; element e (row-major) of tensor number t is 0.1 sin(0.7 e + 1.3 t + 0.1),
and layer-norm weights are 1 plus that. Everything runs in float64 on one
thread of the CPU, so a maker run twice on a machine writes the same bytes.

Pinned: Python 3.11, torch 2.11.0, timm 1.0.31, transformers 5.23.0, open_clip_torch 3.3.0,
numpy 2.4.6, safetensors 0.8.0.
"""
import importlib.metadata
import json
import pathlib

import torch

torch.set_num_threads(1)

PINS = {"torch": "2.11.0", "timm": "1.0.31", "transformers": "5.23.0",
        "open_clip_torch": "3.3.0", "numpy": "2.4.6", "safetensors": "0.8.0"}


def versions(*names):
    """The versions of the libraries a maker uses, refused where they are not the pinned ones."""
    found = {name: importlib.metadata.version(name).split("+")[0] for name in names}
    for name, version in found.items():
        assert version == PINS[name], f"{name} {version}, pinned {PINS[name]}"
    return found


def sines(count, rate, *shifts):
    """sin(rate e + shift + ...) for e = 0 ..< count, float64, summed from the left."""
    angle = rate * torch.arange(count, dtype=torch.float64)
    for shift in shifts:
        angle = angle + shift
    return torch.sin(angle)


def closed_form(shapes, norms):
    """Weights for {MI2 name: shape}; `norms` says of a name whether it is a layer norm's weight."""
    weights = {}
    for t, name in enumerate(sorted(shapes)):
        shape = torch.Size(shapes[name])
        b = 0.1 * sines(shape.numel(), 0.7, 1.3 * t, 0.1)
        weights[name] = (1 + b if norms(name) else b).reshape(shape)
    return weights


def is_norm_weight(name):
    """Layer-norm weights in MedImageInsight's names."""
    parts = name.split(".")
    return parts[-1] == "weight" and (parts[-2].startswith(("norm", "ln_")))


def digest(tensor, count=8):
    """Sum, sum of absolute values and first elements of a tensor."""
    flat = tensor.detach().double().reshape(-1)
    return {"shape": list(tensor.shape), "sum": flat.sum().item(), "abs_sum": flat.abs().sum().item(),
            "first": flat[:count].tolist()}


def rows(tensor):
    """All elements as nested lists of float64."""
    return tensor.detach().double().tolist()


def dumps(value, depth=0):
    """JSON with sorted keys, one object member a line, arrays of scalars on one line."""
    pad, inner = " " * depth, " " * (depth + 1)
    if isinstance(value, dict) and any(isinstance(v, (dict, list)) for v in value.values()):
        lines = (f"{inner}{json.dumps(k)}: {dumps(value[k], depth + 1)}" for k in sorted(value))
        return "{\n" + ",\n".join(lines) + f"\n{pad}}}"
    if isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value):
        return "[\n" + ",\n".join(inner + dumps(v, depth + 1) for v in value) + f"\n{pad}]"
    return json.dumps(value, sort_keys=True, allow_nan=False, ensure_ascii=False)


def write(script, name, value):
    """Writes a fixture beside its maker."""
    path = pathlib.Path(script).resolve().parent / name
    path.write_text(dumps(value) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes")


def close(values, printed, tolerance=6e-11):
    """Asserts that numbers equal figures printed to ten decimals (sums may round otherwise)."""
    for value, figure in zip(values, printed, strict=True):
        assert abs(value - figure) <= tolerance + 1e-13 * abs(figure), (value, figure)
