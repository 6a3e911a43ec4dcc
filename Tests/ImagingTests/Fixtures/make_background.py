#!/usr/bin/env python3
"""PNG files with transparency of every kind, and what Pillow makes of them before a background.

usage: make_background.py > background.json     (Pillow==11.0.0, numpy==2.4.6)
Each case: the file (base64), whether any pixel is transparent, and by background the sha256 of the
RGB bytes: of `keep` those of convert("RGB"), of a colour those of Image.new("RGB", size, colour)
with the picture pasted over it through its own alpha channel."""
import base64, hashlib, io, json, struct, zlib
import numpy as np
import PIL
from PIL import Image

assert PIL.__version__ == "11.0.0" and np.__version__ == "2.4.6"
random = np.random.default_rng(5)
COLOURS = {"white": (255, 255, 255), "black": (0, 0, 0), "#3366cc": (0x33, 0x66, 0xCC)}


def sha(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def png(array, mode, **keys):
    out = io.BytesIO()
    Image.fromarray(array, mode).save(out, "PNG", **keys)
    return out.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def deep(array, kind, more=b""):
    """A PNG of 16 bits a channel, which Pillow does not write."""
    height, width = array.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in array)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0))
            + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def case(name, data):
    image = Image.open(io.BytesIO(data))
    image.load()
    rgba = image.convert("RGBA")
    alpha = rgba.getchannel("A")
    entry = {"name": name, "file": base64.b64encode(data).decode(), "width": image.width,
             "height": image.height, "transparent": alpha.getextrema()[0] < 255,
             "rgb": {"keep": sha(Image.open(io.BytesIO(data)).convert("RGB"))}}
    for name, colour in COLOURS.items():
        behind = Image.new("RGB", image.size, colour)
        behind.paste(rgba.convert("RGB"), mask=alpha)
        entry["rgb"][name] = sha(behind)
    return entry


def values(*shape, top=256):
    return random.integers(0, top, shape, dtype=np.uint16 if top > 256 else np.uint8)


def main():
    rgba = values(13, 17, 4)
    opaque = rgba.copy()
    opaque[..., 3] = 255
    drawing = np.zeros((16, 16, 4), np.uint8)
    drawing[4:9, 3:12] = (10, 200, 30, 255)
    palette = Image.fromarray(values(9, 11, top=40), "P")
    palette.putpalette(values(120).tobytes())
    out = io.BytesIO()
    palette.save(out, "PNG", transparency=values(40).tobytes())
    one = io.BytesIO()
    palette.save(one, "PNG", transparency=7)
    grey = values(8, 9, top=16)
    colours = values(7, 10, 3, top=4)
    print(json.dumps([
        case("RGBA", png(rgba, "RGBA")), case("RGBA, all opaque", png(opaque, "RGBA")),
        case("RGBA, black under what is not drawn", png(drawing, "RGBA")),
        case("grey and alpha", png(values(12, 10, 2), "LA")),
        case("palette with alpha", out.getvalue()), case("palette, one colour", one.getvalue()),
        case("grey, one level", png(grey, "L", transparency=5)),
        case("RGB, one colour", png(colours, "RGB", transparency=(1, 2, 3))),
        case("RGBA of 16 bits", deep(values(6, 9, 4, top=65536), 6)),
        case("grey and alpha of 16 bits", deep(values(5, 8, 2, top=65536), 4)),
    ], indent=1))


main()
