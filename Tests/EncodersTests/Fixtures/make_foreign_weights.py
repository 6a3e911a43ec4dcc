#!/usr/bin/env python3
"""Names and shapes of small models as other libraries save them, and what those libraries compute
with closed-form weights, in float64.

usage: make_foreign_weights.py > foreign_weights.json
Pinned: torch==2.11.0, timm==1.0.31, transformers==5.23.0, open_clip_torch==3.3.0.
Weights: names in ASCII order, tensor t, element e (row-major): 0.1 sin(0.7 e + 1.3 t + 0.1), plus 1
for the weights of norms. Pixels: sin(0.013 e). The image tower's sizes are those of
GoldenModelTests."""
import json, sys
import open_clip, timm, torch, transformers
from transformers.models.florence2.configuration_florence2 import Florence2VisionConfig
from transformers.models.florence2.modeling_florence2 import Florence2VisionBackbone

found = torch.__version__.split("+")[0], timm.__version__, transformers.__version__, open_clip.__version__
assert found == ("2.11.0", "1.0.31", "5.23.0", "3.3.0"), found
torch.set_default_dtype(torch.float64)
WIDTHS, HEADS, DEPTHS = (16, 32, 48, 64), (2, 4, 4, 8), (1, 1, 2, 1)
cases = []


def fill(model, names, extra):
    """Closed-form weights by the order of all names in the saved file."""
    order = {name: t for t, name in enumerate(sorted([*names.values(), *extra]))}
    for key, value in model.state_dict().items():
        e = torch.arange(value.numel(), dtype=torch.float64)
        numbers = 0.1 * torch.sin(0.7 * e + 1.3 * order[names[key]] + 0.1)
        if is_norm(names[key]):
            numbers += 1
        value.copy_(numbers.reshape(value.shape))


def is_norm(name):
    part = name.split(".")
    return part[-1] == "weight" and ("norm" in part[-2] or part[-2].startswith("ln_"))


def case(name, family, model, prefix, extra, output):
    names = {key: prefix + key for key in model.state_dict()}
    fill(model, names, extra)
    with torch.no_grad():
        values = output(model.eval())
    shapes = {names[key]: list(value.shape) for key, value in model.state_dict().items()}
    cases.append({
        "name": name, "family": family, "shapes": shapes | extra,
        "norms": sorted(n for n in shapes if is_norm(n)), "outside": sorted(extra),
        "output": values.flatten().tolist()})


pixels = torch.sin(0.013 * torch.arange(2 * 3 * 100 * 84)).reshape(2, 3, 100, 84)
small = timm.create_model(
    "davit_huge_fl", pretrained=False, num_classes=0, depths=DEPTHS, embed_dims=WIDTHS,
    num_heads=HEADS, window_size=12)
case("timm davit_huge_fl", "timm", small, "", {}, lambda model: model(pixels))
case("timm davit_huge_fl with a classifier, wrapped", "timm", small, "module.",
     {"module.head.fc.weight": [5, 64], "module.head.fc.bias": [5]}, lambda model: model(pixels))

backbone = Florence2VisionBackbone(Florence2VisionConfig(
    embed_dim=list(WIDTHS), num_heads=list(HEADS), num_groups=list(HEADS), depths=list(DEPTHS),
    window_size=12))


def pooled(model):
    last = model(pixels).last_hidden_state.mean((2, 3))
    return torch.nn.functional.layer_norm(last, (WIDTHS[-1],), eps=1e-5)


florence = {
    "model.multi_modal_projector.image_projection.weight": [8, 64],
    "model.multi_modal_projector.image_proj_norm.weight": [8],
    "model.language_model.encoder.layers.0.fc1.weight": [4, 8], "lm_head.weight": [9, 8]}
case("transformers Florence-2", "florenceTransformers", backbone, "model.vision_tower.", florence, pooled)
case("transformers Florence-2 backbone", "florenceTransformers", backbone, "", {}, pooled)

clip = open_clip.CLIP(
    embed_dim=24, quick_gelu=True,
    vision_cfg={"layers": 1, "width": 64, "head_width": 32, "patch_size": 16, "image_size": 32},
    text_cfg={"context_length": 12, "vocab_size": 50, "width": 32, "heads": 4, "layers": 3})
# MedImageInsight's epsilon: the case is about names, and open_clip's own shifts values by 1e-3.
for module in clip.modules():
    if isinstance(module, torch.nn.LayerNorm):
        module.eps = 1e-12
# Every position is used: open_clip knows no padding mask.
ids = torch.tensor([[48, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 49], [48] + list(range(1, 11)) + [49]])


def read_both_ways(model):
    x = model.token_embedding(ids) + model.positional_embedding
    return model.ln_final(model.transformer(x, attn_mask=None))[:, -1]


case("open_clip", "openCLIPText", clip.double(), "", {}, read_both_ways)
cases[-1]["outside"] = sorted(
    n for n in cases[-1]["shapes"] if n.startswith(("visual.", "logit", "text_projection")))
json.dump({"cases": cases, "ids": ids.tolist()}, sys.stdout, indent=0, sort_keys=True)
print()
