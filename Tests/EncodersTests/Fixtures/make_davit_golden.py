#!/usr/bin/env python3
"""davit_golden.json: MedImageInsight's image tower with closed-form weights, in float64, by timm
(`davit_huge_fl` in small) and by transformers' Florence2VisionBackbone. The two must agree to
1e-12 (gradients to 1e-9), and the first case must give the figures printed in the notes on MedImageInsight.

usage: make_davit_golden.py      (pinned versions: golden.py two folders up)
"""
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import golden
from davit_names import to_timm, to_transformers

WIDTHS, HEADS, DEPTHS, WINDOW = (16, 32, 48, 64), (2, 4, 4, 8), (1, 1, 2, 1), 12
# [images, 3, height, width]: every stage padded to windows; every stage padded, square, one
# image; no padding in the first two stages, then right only, then both sides.
INPUTS = {"padded": (2, 3, 100, 84), "square": (1, 3, 64, 64), "partly_padded": (1, 3, 192, 96)}
GRADIENTS = [
    "convs.0.proj.weight", "convs.0.norm.bias", "convs.2.norm.weight", "convs.3.proj.bias",
    "blocks.0.0.spatial_block.conv1.fn.dw.weight",
    "blocks.0.0.spatial_block.window_attn.fn.qkv.weight",
    "blocks.1.0.channel_block.channel_attn.fn.qkv.weight",
    "blocks.1.0.channel_block.channel_attn.fn.qkv.bias",
    "blocks.2.0.spatial_block.window_attn.norm.weight",
    "blocks.2.1.spatial_block.ffn.fn.net.fc1.weight",
    "blocks.2.1.channel_block.ffn.norm.bias", "blocks.3.0.spatial_block.window_attn.fn.qkv.bias",
    "blocks.3.0.channel_block.conv2.fn.dw.bias", "norms.weight"]
PRINTED_STAGES = {  # sum, sum of absolute values, first element
    "convs.0": (71.0672641978, 14918.0121992068, 0.4777583373),
    "blocks.0": (-530.6984050073, 22954.3030319540, 0.0874731249),
    "convs.1": (-39.3824532268, 678.9771978197, 0.0731100912),
    "blocks.1": (-42.8957157125, 4778.0792898110, -0.4948149175),
    "convs.2": (19.0808388587, 282.5588992260, 0.1182731820),
    "blocks.2": (15.0083743398, 5172.2005624795, -1.1207261795),
    "convs.3": (1.3712325440, 119.6468785890, 0.0661020959),
    "blocks.3": (-44.7281496544, 1684.1572819540, -1.5158532005)}
PRINTED_ROWS = [
    [-0.9265023214, 0.6033068524, -0.0767203806, 0.7337682416, 0.2653566320, -0.1003289102],
    [-0.9264915222, 0.6032797511, -0.0766279589, 0.7337860414, 0.2654248912, -0.1003950353]]


def timm_model():
    import timm
    return timm.create_model(
        "davit_huge_fl", pretrained=False, num_classes=0, depths=DEPTHS, embed_dims=WIDTHS,
        num_heads=HEADS, window_size=WINDOW).double().eval()


def transformers_model():
    from transformers.models.florence2.configuration_florence2 import Florence2VisionConfig
    from transformers.models.florence2.modeling_florence2 import Florence2VisionBackbone
    return Florence2VisionBackbone(Florence2VisionConfig(
        embed_dim=list(WIDTHS), num_heads=list(HEADS), num_groups=list(HEADS),
        depths=list(DEPTHS), window_size=WINDOW)).double().eval()


def tap(modules, into):
    """Keeps what the named modules give, as [batch, height, width, channels]."""
    for name, module in modules.items():
        module.register_forward_hook(
            lambda _, __, y, name=name: into.__setitem__(name, y.permute(0, 2, 3, 1)))


def run_timm(weights, pixels, cotangent):
    model = timm_model()
    model.load_state_dict({to_timm(k): v for k, v in weights.items()}, strict=True)
    maps = {}
    modules = {"convs.0": model.stem}
    for s, stage in enumerate(model.stages):
        modules |= {f"blocks.{s}": stage} | ({f"convs.{s}": stage.downsample} if s else {})
    tap(modules, maps)
    output = model(pixels)
    (output * cotangent).sum().backward()
    parameters = dict(model.named_parameters())
    return maps, output, {k: parameters[to_timm(k)].grad for k in weights}


def run_transformers(weights, pixels, cotangent):
    model = transformers_model()
    model.load_state_dict(
        {to_transformers(k): v for k, v in weights.items() if to_transformers(k)}, strict=True)
    maps = {}
    tap({f"convs.{s}": conv for s, conv in enumerate(model.convs)}
        | {f"blocks.{s}": blocks[-1] for s, blocks in enumerate(model.blocks)}, maps)
    last = model(pixels).last_hidden_state
    norms = [weights[f"norms.{k}"].clone().requires_grad_() for k in ("weight", "bias")]
    output = torch.nn.functional.layer_norm(last.mean((2, 3)), (WIDTHS[-1],), *norms, 1e-5)
    (output * cotangent).sum().backward()
    parameters = dict(model.named_parameters()) | dict(zip(("norms.weight", "norms.bias"), norms))
    return maps, output, {k: parameters[to_transformers(k) or k].grad for k in weights}


def agree(a, b, what, tolerance=1e-12):
    worst = ((a - b).abs().max() / b.abs().max()).item()
    assert worst < tolerance, (what, worst)


def main():
    made_with = golden.versions("torch", "timm", "transformers")
    inverse = {to_timm(k): k for k in mi2_names()}
    shapes = {inverse[k]: v.shape for k, v in timm_model().state_dict().items()}
    assert len(shapes) == 178 and sum(s.numel() for s in shapes.values()) == 302_288
    cases = []
    for name, size in INPUTS.items():
        weights = golden.closed_form(shapes, golden.is_norm_weight)
        pixels = golden.sines(torch.Size(size).numel(), 0.013).reshape(size)
        cotangent = golden.sines(size[0] * WIDTHS[-1], 0.3, 0.5).reshape(size[0], -1)
        maps, output, gradients = run_timm(weights, pixels, cotangent)
        again = run_transformers(weights, pixels, cotangent)
        agree(output, again[1], name)
        for key in maps:
            agree(maps[key], again[0][key], (name, key))
        for key in gradients:
            agree(gradients[key], again[2][key], (name, key), 1e-9)
        cases.append({
            "name": name, "input_shape": list(size),
            "stages": {k: golden.digest(v) for k, v in maps.items()},
            "output": golden.rows(output),
            "gradients": {k: golden.digest(gradients[k], 4) for k in GRADIENTS}})
    check_printed(cases[0])
    golden.write(__file__, "davit_golden.json", {
        "about": "float64, evaluation mode; pixels sin(0.013 e); stage maps [batch, height, width, "
                 "channels]; loss for gradients: sum(output * sin(0.3 e + 0.5)); parameters without "
                 "prefix by the closed form of golden.py",
        "made_with": made_with, "widths": list(WIDTHS), "heads": list(HEADS),
        "depths": list(DEPTHS), "window": WINDOW, "tensors": 178, "elements": 302_288,
        "cases": cases})


def mi2_names():
    """Every parameter name of the small tower, written out by the architecture."""
    names = ["norms.weight", "norms.bias"]
    for s, depth in enumerate(DEPTHS):
        tails = ["proj.weight", "proj.bias", "norm.weight", "norm.bias"]
        names += [f"convs.{s}.{tail}" for tail in tails]
        for j in range(depth):
            for kind, branch in (("spatial", "window_attn"), ("channel", "channel_attn")):
                middles = ["conv1.fn.dw", "conv2.fn.dw", f"{branch}.norm", f"{branch}.fn.qkv",
                           f"{branch}.fn.proj", "ffn.norm", "ffn.fn.net.fc1", "ffn.fn.net.fc2"]
                names += [f"blocks.{s}.{j}.{kind}_block.{middle}.{tail}"
                          for middle in middles for tail in ("weight", "bias")]
    return names


def check_printed(case):
    """The figures of the notes, to their last digit."""
    for key, figures in PRINTED_STAGES.items():
        found = case["stages"][key]
        golden.close([found["sum"], found["abs_sum"], found["first"][0]], figures)
    for row, figures in zip(case["output"], PRINTED_ROWS):
        golden.close(row[:6], figures)
    golden.close([sum(map(sum, case["output"]))], [-0.7302865412])


if __name__ == "__main__":
    main()
