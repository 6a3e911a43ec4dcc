#!/usr/bin/env python3
"""text_golden.json: MedImageInsight's text tower with closed-form weights, in float64, built here
from torch's own nn.MultiheadAttention, nn.LayerNorm and nn.Linear; where padding is id 0 it is
checked against open_clip's text tower too. The first case must give the figures printed in the
notes on MedImageInsight.

usage: make_text_golden.py      (pinned versions: golden.py two folders up)
"""
import pathlib
import sys

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import golden

CONTEXT, VOCABULARY, WIDTH, LAYERS, HEADS = 12, 50, 32, 3, 4
END = VOCABULARY - 1


def padded(ids, pad):
    return ids + [pad] * (CONTEXT - len(ids))


def first(count):
    return [1] * count + [0] * (CONTEXT - count)


CASES = {
    # The notes' two texts: padding is the end id itself, so the largest id occurs many times.
    "printed": ([padded([48, 5, 6, 7, END], END), [48] + list(range(1, 11)) + [END]],
                [first(5), first(12)]),
    # The same texts padded with 0: nothing may change.
    "padded_with_zero": ([padded([48, 5, 6, 7, END], 0), [48] + list(range(1, 11)) + [END]],
                         [first(5), first(12)]),
    # An end id within the text and at once at its start: the first one is pooled.
    "ties": ([padded([48, 9, END, 8, END], END), padded([END, 3], END), padded([48, END], END)],
             [first(5), first(2), first(2)]),
    # Masks that ids alone would not give: a real id 0 that takes part, padding by ordinary ids,
    # a token hidden in the middle, no end id at all (the largest is pooled).
    "mask_is_not_the_ids": (
        [padded([48, 0, 0, 7, END], 0), padded([48, 11, 12, END], 3),
         [48, 1, 2, 3, END] + [END] * 7, [7, 30, 12, 44, 5, 6, 1, 2, 3, 4, 8, 9]],
        [first(5), first(4), [1, 1, 0, 1, 1] + [0] * 7, first(12)]),
}
GRADIENTS = [
    "token_embedding.weight", "positional_embedding", "ln_final.weight", "ln_final.bias",
    "resblocks.0.attn.in_proj_weight", "resblocks.0.attn.in_proj_bias", "resblocks.0.ln_1.weight",
    "resblocks.1.attn.out_proj.weight", "resblocks.1.mlp.c_fc.weight", "resblocks.1.ln_2.bias",
    "resblocks.2.mlp.c_proj.weight", "resblocks.2.attn.out_proj.bias"]
PRINTED = [[-2.3679557734, 0.9347836140, 0.5837133454, 0.1995550721, -0.4048969969, 0.5870238898],
           [-2.3728353180, 0.9584510095, 0.4840592020, 0.1660851309, -0.3654047415, 0.6240920284]]
PRINTED_SUM = -0.8098077134


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
        self.ln_1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.ln_2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.mlp = nn.Sequential()
        self.mlp.add_module("c_fc", nn.Linear(WIDTH, 4 * WIDTH))
        self.mlp.add_module("gelu", QuickGELU())
        self.mlp.add_module("c_proj", nn.Linear(4 * WIDTH, WIDTH))

    def forward(self, x, hidden):
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, key_padding_mask=hidden, need_weights=False)[0]
        return x + self.mlp(self.ln_2(x))


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.token_embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.positional_embedding = nn.Parameter(torch.empty(CONTEXT, WIDTH))
        self.resblocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.ln_final = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, ids, mask):
        x = self.token_embedding(ids) + self.positional_embedding
        for block in self.resblocks:
            x = block(x, mask == 0)
        # numpy's argmax states that the first of equal values wins; torch's does not.
        ends = torch.from_numpy(ids.numpy().argmax(1))
        return self.ln_final(x)[torch.arange(len(ids)), ends]


def open_clip_pooled(weights, ids):
    """open_clip's tower, bidirectional, hiding id 0."""
    from open_clip.transformer import QuickGELU as OpenClipQuickGELU
    from open_clip.transformer import TextTransformer
    tower = TextTransformer(
        context_length=CONTEXT, vocab_size=VOCABULARY, width=WIDTH, heads=HEADS, layers=LAYERS,
        output_dim=None, no_causal_mask=True, use_pad_mask=True, pad_id=0, proj_type="none",
        act_layer=OpenClipQuickGELU, norm_layer=lambda d: nn.LayerNorm(d, eps=1e-12)).double().eval()
    renamed = {("transformer." + k if k.startswith("resblocks") else k): v
               for k, v in weights.items()}
    tower.load_state_dict(renamed, strict=True)
    return tower(ids)


def run(name, ids, mask, weights):
    tower = Tower().double().eval()
    tower.load_state_dict(weights, strict=True)
    pooled = tower(torch.tensor(ids), torch.tensor(mask))
    cotangent = golden.sines(pooled.numel(), 0.3, 0.5).reshape(pooled.shape)
    (pooled * cotangent).sum().backward()
    if name == "padded_with_zero":
        assert (open_clip_pooled(weights, torch.tensor(ids)) - pooled).abs().max() < 1e-12
    parameters = dict(tower.named_parameters())
    return {"name": name, "ids": ids, "mask": mask, "pooled": golden.rows(pooled),
            "gradients": {k: golden.digest(parameters[k].grad, 4) for k in GRADIENTS}}


def main():
    made_with = golden.versions("torch", "open_clip_torch", "numpy")
    shapes = {k: v.shape for k, v in Tower().state_dict().items()}
    assert len(shapes) == 40
    weights = golden.closed_form(shapes, golden.is_norm_weight)
    cases = [run(name, ids, mask, weights) for name, (ids, mask) in CASES.items()]
    for row, zero, figures in zip(cases[0]["pooled"], cases[1]["pooled"], PRINTED, strict=True):
        golden.close(row[:6], figures)
        golden.close(row, zero, 1e-13)
    golden.close([sum(map(sum, cases[0]["pooled"]))], [PRINTED_SUM])
    golden.write(__file__, "text_golden.json", {
        "about": "float64, evaluation mode; pooled at the first largest id after ln_final, before "
                 "the projection; loss for gradients: sum(pooled * sin(0.3 e + 0.5)); parameters "
                 "without prefix by the closed form of golden.py",
        "made_with": made_with, "context": CONTEXT, "vocabulary": VOCABULARY, "width": WIDTH,
        "layers": LAYERS, "heads": HEADS, "tensors": 40, "cases": cases})


if __name__ == "__main__":
    main()
