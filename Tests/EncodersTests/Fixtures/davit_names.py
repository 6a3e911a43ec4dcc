"""Names of DaViT's parameters in the families that Cambium reads, from MedImageInsight's."""


def to_timm(name):
    """timm's `davit_*_fl`."""
    part = name.split(".")
    if part[0] == "norms":
        return f"head.norm.{part[1]}"
    if part[0] == "convs":
        place = "stem" if part[1] == "0" else f"stages.{part[1]}.downsample"
        return f"{place}.{'conv' if part[2] == 'proj' else 'norm'}.{part[3]}"
    return f"stages.{part[1]}.blocks." + _inside(name, {
        "conv1.fn.dw": "cpe1.proj", "conv2.fn.dw": "cpe2.proj", "window_attn.norm": "norm1",
        "channel_attn.norm": "norm1", "window_attn.fn": "attn", "channel_attn.fn": "attn",
        "ffn.norm": "norm2", "ffn.fn.net": "mlp"})


def to_transformers(name):
    """transformers' native Florence-2 backbone, which has no final norm (None)."""
    part = name.split(".")
    if part[0] == "norms":
        return None
    if part[0] == "convs":
        return f"convs.{part[1]}.{'conv' if part[2] == 'proj' else 'norm'}.{part[3]}"
    return f"blocks.{part[1]}." + _inside(name, {
        "conv1.fn.dw": "conv1", "conv2.fn.dw": "conv2", "window_attn.norm": "norm1",
        "channel_attn.norm": "norm1", "window_attn.fn": "window_attn",
        "channel_attn.fn": "channel_attn", "ffn.norm": "norm2", "ffn.fn.net": "ffn"})


def _inside(name, middles):
    """blocks.S.J.KIND.MIDDLE.TAIL to J.KIND.RENAMED.TAIL."""
    _, _, block, kind, rest = name.split(".", 4)
    for middle, renamed in middles.items():
        if rest.startswith(middle + "."):
            return f"{block}.{kind}.{renamed}{rest[len(middle):]}"
    raise KeyError(name)
