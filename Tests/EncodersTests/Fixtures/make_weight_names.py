#!/usr/bin/env python3
"""weight_names.json: the tensor names of one small model in each family of weight files, with the
MedImageInsight name that each stands for, and MedImageInsight's weight-decay groups.

Made from the libraries' own state dictionaries, except two that need files not at hand:
MedImageInsight's names are written out below and checked against the names in mi2-mini's weight
file (saved by Microsoft's code), and microsoft/Florence-2's remote code is inferred: the native
names of transformers turned round by the rules of transformers' own converter.

usage: make_weight_names.py      (pinned versions: golden.py two folders up)
"""
import json
import pathlib
import re
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import golden
from davit_names import to_timm, to_transformers

SMALL = {"widths": [16, 32, 48, 64], "heads": [2, 4, 4, 8], "depths": [1, 1, 2, 1],
         "context": 12, "vocabulary": 50, "width": 32, "layers": 2, "text_heads": 4, "projection": 24}
FULL = {"widths": [256, 512, 1024, 2048], "depths": [1, 1, 9, 1], "context": 77,
        "vocabulary": 49408, "width": 1024, "layers": 16, "projection": 1024}
MINI = {"widths": [16, 32, 64, 128], "depths": [1, 1, 2, 1], "context": 77, "vocabulary": 49408,
        "width": 32, "layers": 2, "projection": 24}
HERE = pathlib.Path(__file__).resolve().parent


def affine(prefix, weight, bias=None):
    return {f"{prefix}.weight": weight, f"{prefix}.bias": [bias or weight[0]]}


def image_tower(sizes):
    shapes, before = {}, 3
    for s, (c, depth) in enumerate(zip(sizes["widths"], sizes["depths"])):
        kernel = 3 if s else 7
        shapes |= affine(f"convs.{s}.proj", [c, before, kernel, kernel])
        shapes |= affine(f"convs.{s}.norm", [before if s else c])
        for j in range(depth):
            for kind, branch in (("spatial_block", "window_attn"), ("channel_block", "channel_attn")):
                at = f"blocks.{s}.{j}.{kind}"
                shapes |= affine(f"{at}.conv1.fn.dw", [c, 1, 3, 3])
                shapes |= affine(f"{at}.conv2.fn.dw", [c, 1, 3, 3])
                shapes |= affine(f"{at}.{branch}.norm", [c]) | affine(f"{at}.ffn.norm", [c])
                shapes |= affine(f"{at}.{branch}.fn.qkv", [3 * c, c])
                shapes |= affine(f"{at}.{branch}.fn.proj", [c, c])
                shapes |= affine(f"{at}.ffn.fn.net.fc1", [4 * c, c])
                shapes |= affine(f"{at}.ffn.fn.net.fc2", [c, 4 * c])
        before = c
    return shapes | affine("norms", [before])


def text_tower(sizes):
    w = sizes["width"]
    shapes = {"token_embedding.weight": [sizes["vocabulary"], w],
              "positional_embedding": [sizes["context"], w]} | affine("ln_final", [w])
    for i in range(sizes["layers"]):
        at = f"resblocks.{i}"
        shapes |= {f"{at}.attn.in_proj_weight": [3 * w, w], f"{at}.attn.in_proj_bias": [3 * w]}
        shapes |= affine(f"{at}.attn.out_proj", [w, w]) | affine(f"{at}.ln_1", [w])
        shapes |= affine(f"{at}.ln_2", [w]) | affine(f"{at}.mlp.c_fc", [4 * w, w])
        shapes |= affine(f"{at}.mlp.c_proj", [w, 4 * w])
    return shapes


def mi2(sizes):
    p = sizes["projection"]
    return ({f"image_encoder.{k}": v for k, v in image_tower(sizes).items()}
            | {f"lang_encoder.{k}": v for k, v in text_tower(sizes).items()}
            | {"image_projection": [sizes["widths"][-1], p], "lang_projection": [sizes["width"], p],
               "logit_scale": []})


def elements(shapes):
    total = 0
    for shape in shapes.values():
        count = 1
        for side in shape:
            count *= side
        total += count
    return total


def decay_groups(names):
    """MedImageInsight's trainer: depth-wise kernels, norms, and four patterns go without."""
    patterns = [r"\.bias$", "logit_scale", "positional_embedding", "token_embedding"]
    def without(name):
        module = name.split(".")[-2] if "." in name else ""
        return (module == "dw" or module in ("norm", "norms", "ln_1", "ln_2", "ln_final")
                or any(re.search(p, name) for p in patterns))
    return {"without_decay": sorted(n for n in names if without(n)),
            "with_decay": sorted(n for n in names if not without(n))}


def check_mini():
    """The names and shapes above are those of a file that Microsoft's code can load."""
    path = HERE / "mi2-mini/2024.09.27/vision_model/medimageinsigt-v1.0.0.pt"
    with path.open("rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    found = {k: v["shape"] for k, v in header.items() if k != "__metadata__"}
    assert found == mi2(MINI), set(found) ^ set(mi2(MINI))


def shapes_of(module):
    return {k: list(v.shape) for k, v in module.state_dict().items()}


def timm_shapes(named):
    import timm
    return shapes_of(timm.create_model(
        "davit_huge_fl" if named else "davit_tiny", pretrained=False, num_classes=0 if named else 3,
        depths=SMALL["depths"], embed_dims=SMALL["widths"], num_heads=SMALL["heads"]))


def florence_shapes():
    """A whole tiny Florence-2: its vision tower, and all that a reader leaves aside."""
    from transformers import BartConfig
    from transformers.models.florence2.configuration_florence2 import (Florence2Config,
                                                                        Florence2VisionConfig)
    from transformers.models.florence2.modeling_florence2 import Florence2ForConditionalGeneration
    vision = Florence2VisionConfig(
        embed_dim=SMALL["widths"], num_heads=SMALL["heads"], num_groups=SMALL["heads"],
        depths=SMALL["depths"], projection_dim=16)
    text = BartConfig(vocab_size=30, d_model=16, encoder_layers=1, decoder_layers=1,
                      encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16,
                      decoder_ffn_dim=16, max_position_embeddings=8)
    model = Florence2ForConditionalGeneration(
        Florence2Config(text_config=text.to_dict(), vision_config=vision.to_dict(),
                        image_token_id=29))
    every = shapes_of(model)
    prefix = "model.vision_tower."
    tower = {k[len(prefix):]: v for k, v in every.items() if k.startswith(prefix)}
    return tower, sorted(k for k in every if not k.startswith(prefix))


def open_clip_shapes(custom):
    from open_clip.model import CLIP, CustomTextCLIP
    vision = dict(layers=1, width=32, head_width=16, patch_size=16, image_size=32)
    text = dict(context_length=SMALL["context"], vocab_size=SMALL["vocabulary"],
                width=SMALL["width"], heads=SMALL["text_heads"], layers=SMALL["layers"])
    kind = CustomTextCLIP if custom else CLIP
    every = shapes_of(kind(SMALL["projection"], vision_cfg=vision, text_cfg=text))
    return ({k: v for k, v in every.items() if not k.startswith("visual.")},
            sorted(k for k in every if k.startswith("visual.")))


def to_open_clip(name):
    if name.startswith("lang_encoder."):
        tail = name.removeprefix("lang_encoder.")
        return f"transformer.{tail}" if tail.startswith("resblocks.") else tail
    return {"lang_projection": "text_projection", "logit_scale": "logit_scale"}.get(name)


def rows(mapping, shapes, target):
    """[family name, MI2 name, shape] a tensor; every name of the family is met exactly once."""
    assert set(mapping) == set(shapes), set(mapping) ^ set(shapes)
    for name, mi2_name in mapping.items():
        assert shapes[name] == target[mi2_name], name
    return [[name, mapping[name], shapes[name]] for name in sorted(mapping)]


def families():
    target = mi2(SMALL)
    tower = {k: f"image_encoder.{k}" for k in image_tower(SMALL)}
    florence, aside = florence_shapes()
    native = {to_transformers(k): v for k, v in tower.items() if to_transformers(k)}
    inferred = {f"vision_tower.{k}": v for k, v in tower.items() if not k.startswith("norms.")}
    clip, visual = open_clip_shapes(False)
    custom, _ = open_clip_shapes(True)
    text = {to_open_clip(k): k for k in target if to_open_clip(k)}
    nested = {(k if k == "logit_scale" else f"text.{k}"): v for k, v in text.items()}
    prefixed = {f"model.vision_tower.{k}": v for k, v in native.items()}
    return {
        "medimageinsight": {"rows": rows({k: k for k in target}, target, target)},
        "timm": {"rows": rows({to_timm(k): v for k, v in tower.items()}, timm_shapes(True), target)},
        "florence_transformers": {
            "rows": rows(prefixed, {f"model.vision_tower.{k}": v for k, v in florence.items()}, target),
            "left_aside": aside, "missing": ["image_encoder.norms.bias", "image_encoder.norms.weight"]},
        "florence_remote_code": {
            "inferred": True, "rows": [[k, v, target[v]] for k, v in sorted(inferred.items())],
            "missing": ["image_encoder.norms.bias", "image_encoder.norms.weight"]},
        "open_clip_text": {"rows": rows(text, clip, target), "left_aside": visual},
        "open_clip_custom_text": {"rows": rows(nested, custom, target)},
        # Original DaViT: other channel attention, so no MedImageInsight name stands for these.
        "timm_original": {"names": sorted(timm_shapes(False))},
    }


def main():
    made_with = golden.versions("timm", "transformers", "open_clip_torch", "torch")
    check_mini()
    full = mi2(FULL)
    groups = decay_groups(full)
    counts = {k: len(v) for k, v in groups.items()}
    assert counts == {"without_decay": 419, "with_decay": 182} and len(full) == 601
    assert elements(full) == 615_996_417
    assert sum("in_proj_bias" in n for n in groups["with_decay"]) == 16
    golden.write(__file__, "weight_names.json", {
        "about": "rows: [name in the file, MedImageInsight's name, shape]; left_aside: names of "
                 "the same file that belong to other parts; missing: parameters such a file lacks",
        "made_with": made_with, "small": SMALL, "families": families(),
        "decay": {"small": decay_groups(mi2(SMALL)), "full_counts": counts,
                  "full_elements": elements(full), "full_tensors": len(full)}})


if __name__ == "__main__":
    main()
