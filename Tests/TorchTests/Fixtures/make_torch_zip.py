#!/usr/bin/env python3
"""Small torch.save files, honest and hostile, and what PyTorch reads from them.

usage: make_torch_zip.py > torch_zip.json
Pinned: torch==2.11.0, Python 3.11 or newer (zipfile, pickle protocols 2 and 4).
Each case: the file (base64) and either `tensors` (name, dtype, shape, values in row-major order) or
`refused` (words that the one-line refusal must hold). No case is ever unpickled by this script
except through torch.load(weights_only=True). A second run gives the same bytes, except those of the legacy
file (it names storages by address)."""
import base64, collections, io, json, os, sys, warnings, zipfile
import torch
from torch import nn

assert torch.__version__.startswith("2.11.0")
warnings.filterwarnings("ignore")
torch.manual_seed(11)
cases = []


def saved(value, **options):
    stream = io.BytesIO()
    torch.save(value, stream, **options)
    return stream.getvalue()


def accept(name, data, tensors, member=None):
    cases.append({
        "name": name, "file": base64.b64encode(data).decode(), "member": member,
        "tensors": [{
            "name": key, "dtype": str(value.dtype).removeprefix("torch."),
            "shape": list(value.shape), "values": value.detach().double().flatten().tolist(),
        } for key, value in tensors.items()]})


def refuse(name, data, *words):
    cases.append({"name": name, "file": base64.b64encode(data).decode(), "refused": words})


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(item.filename, archive.read(item)) for item in archive.infolist()]


def zipped(parts, compression=zipfile.ZIP_STORED, zip64=False):
    limits = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
    if zip64:
        zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 16, 2
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts:
            entry = zipfile.ZipInfo(name)  # dated 1980, so that a second run gives the same bytes
            entry.compress_type = compression
            with archive.open(entry, "w", force_zip64=zip64) as target:
                target.write(content)
    zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limits
    return stream.getvalue()


def replaced(data, name, content):
    return zipped([(key, content if key.endswith(name) else value) for key, value in members(data)])


class Call:
    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


base = torch.arange(24, dtype=torch.float32) * 0.5 - 3
state = collections.OrderedDict(
    plain=base[:6].clone().view(2, 3), transposed=base.view(4, 6).t(), first=base[2:6],
    every_other=base[1::2], block=base.view(2, 3, 4)[:, 1:, ::3], expanded=base[5].expand(2, 3),
    parameter=nn.Parameter(torch.tensor([1.5, -2.0])), frozen=nn.Parameter(torch.ones(1), False),
    scalar=torch.tensor(4.516357), empty=torch.zeros(0, 4))
state["a name, with spaces / and Ü"] = torch.tensor([7.0])
for kind in [torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.int16,
             torch.int8, torch.uint8, torch.bool]:
    state[str(kind).removeprefix("torch.")] = torch.tensor([0, 1, 2.6, 100]).to(kind)
state["strided_bfloat16"] = base.to(torch.bfloat16).view(6, 4)[1:, 2]
state._metadata = collections.OrderedDict({"": {"version": 1}})
accept("every type, views and shared storage", saved(state), state)
accept("protocol 4", saved(state, pickle_protocol=4), state)

small = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
accept("state of a module", saved(small.state_dict()), small.state_dict())
accept("plain dict", saved(dict(small.state_dict())), small.state_dict())
plain = saved(small.state_dict())
accept("zip64 fields throughout", zipped(members(plain), zip64=True), small.state_dict())
accept("no byteorder", zipped([m for m in members(plain) if not m[0].endswith("byteorder")]),
       small.state_dict())

optimizer = torch.optim.AdamW(small.parameters())
small(torch.ones(4, 3)).sum().backward()
optimizer.step()
checkpoint = {"epoch": 3, "model": small.state_dict(), "optimizer": optimizer.state_dict(),
              "arguments": {"lr": 1e-3, "name": "x", "sizes": (1, 2), "none": None}, "best": 0.5}
accept("checkpoint with one model", saved(checkpoint), small.state_dict(), "model")
refuse("checkpoint with two models", saved({"model": small.state_dict(), "ema": small.state_dict()}),
       "model, ema", "several")
refuse("a tensor beside a number", saved({"a": torch.ones(1), "epoch": 3}), "epoch")
refuse("a bare tensor", saved(torch.ones(2)), "dictionary")
refuse("a list", saved([torch.ones(2)]), "dictionary")
refuse("an empty dictionary", saved({}), "no tensor")
refuse("numbers as names", saved({1: torch.ones(2)}), "no tensor")
refuse("whole module", saved(small), "torch.nn.modules.container.Sequential", "no code was run")
refuse("os.system", saved({"a": Call(os.system, "touch pwned")}), "posix.system", "no code was run")
refuse("os.system, protocol 4", saved({"a": Call(os.system, "touch pwned")}, pickle_protocol=4),
       "posix.system", "no code was run")
refuse("eval", saved({"a": Call(eval, "1")}), "__builtin__.eval", "no code was run")
refuse("sparse", saved({"a": torch.eye(3).to_sparse()}), "torch._utils._rebuild_sparse_tensor")
refuse("float8", saved({"a": torch.ones(2).to(torch.float8_e4m3fn)}), "_rebuild_tensor_v3")
refuse("complex", saved({"a": torch.ones(2, dtype=torch.complex64)}), "torch.ComplexFloatStorage")
refuse("legacy", saved(small.state_dict(), _use_new_zipfile_serialization=False),
       "legacy", "torch.save")
refuse("compressed", zipped(members(plain), zipfile.ZIP_DEFLATED), "compressed")
refuse("big-endian", replaced(plain, "byteorder", b"big"), "big-endian")
refuse("no data.pkl", zipped([("a.txt", b"hello")]), "data.pkl")
refuse("a storage is missing", zipped([m for m in members(plain) if not m[0].endswith("data/0")]),
       "data/0")
refuse("a storage is short", replaced(plain, "data/0", b"1234"), "4 bytes")
archive = dict(members(plain))
pickled = next(value for key, value in archive.items() if key.endswith("data.pkl"))


def altered(old, new):
    assert pickled.count(old) == 1
    return replaced(plain, "data.pkl", pickled.replace(old, new))


# (2, 3) with strides (3, 1) at offset 0 of 6 elements: every one of these reaches outside.
shape = b"K\x00K\x02K\x03\x86"
refuse("offset past the end", altered(shape, b"K\x01K\x02K\x03\x86"), "0.weight", "outside")
refuse("negative offset", altered(shape, b"J\xff\xff\xff\xffK\x02K\x03\x86"), "0.weight")
refuse("shape past the end", altered(shape, b"K\x00K\x03K\x03\x86"), "0.weight", "outside")
refuse("negative size", altered(shape, b"K\x00J\xff\xff\xff\xffK\x03\x86"), "0.weight")
refuse("huge size", altered(shape, b"K\x00\x8a\x08" + b"\xff" * 7 + b"\x7fK\x03\x86"), "0.weight")
refuse("number of 9 bytes", altered(shape, b"K\x00\x8a\x09" + b"\xff" * 8 + b"\x7fK\x03\x86"), "bytes")
refuse("sizes without strides", altered(shape, b"K\x00K\x06\x85"), "0.weight")
refuse("no STOP", replaced(plain, "data.pkl", pickled[:-1]), "cut off")
refuse("empty pickle", replaced(plain, "data.pkl", b""), "cut off")
refuse("stack underflow", replaced(plain, "data.pkl", b"\x80\x02s."), "pickle")
refuse("unknown instruction", replaced(plain, "data.pkl", b"\x80\x02\xff."), "0xFF")
refuse("an object built by class", replaced(plain, "data.pkl", b"\x80\x02(iposix\nsystem\n."), "0x69")
json.dump({"cases": cases}, sys.stdout, indent=0, ensure_ascii=False)
print()
