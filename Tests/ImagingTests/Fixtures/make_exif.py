#!/usr/bin/env python3
"""Writes exif.json: small JPEG and PNG files with an orientation, and the digest of the pixels that
Pillow's ImageOps.exif_transpose gives.

Made with: Pillow==11.0.0
"""
import base64
import hashlib
import io
import json
import pathlib
import struct

from PIL import Image, ImageOps

XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta tiff:Orientation%b8%b/>"


def picture():
    image = Image.new("RGB", (13, 7))
    image.putdata([(x * 19, y * 36, x * y) for y in range(7) for x in range(13)])
    return image


def tiff(order, tag=0x0112, kind=3, value=6, count=1):
    number = struct.pack(order + {1: "BBBB", 3: "HH", 4: "I"}[kind],
                         *([value] + [0] * {1: 3, 3: 1, 4: 0}[kind]))
    magic = b"II*\0" if order == "<" else b"MM\0*"
    return magic + struct.pack(order + "IH", 8, 1) + struct.pack(
        order + "HHI", tag, kind, count) + number + bytes(4)


def jpeg(*segments):
    out = io.BytesIO()
    picture().save(out, "JPEG", quality=90)
    data = out.getvalue()
    parts = b"".join(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body for body in segments)
    return data[:2] + parts + data[2:]


def png(exif):
    out = io.BytesIO()
    picture().save(out, "PNG", exif=exif)
    return out.getvalue()


def cases():
    for value in range(0, 10):
        for order in "<>":
            body = b"Exif\0\0" + tiff(order, value=value)
            yield f"jpeg {order} {value}", jpeg(body)
    yield "png 6", png(tiff("<"))
    yield "png 3 big-endian", png(tiff(">", value=3))
    yield "long", jpeg(b"Exif\0\0" + tiff(">", kind=4, value=8))
    yield "byte", jpeg(b"Exif\0\0" + tiff("<", kind=1, value=5))
    yield "another tag", jpeg(b"Exif\0\0" + tiff("<", tag=0x0113))
    yield "xmp attribute", jpeg(XMP % (b'="', b'"'))
    yield "xmp element", jpeg(XMP % (b">", b"<"))
    yield "exif before xmp", jpeg(XMP % (b'="', b'"'), b"Exif\0\0" + tiff("<", value=3))
    yield "none", jpeg()


def main():
    rows = []
    for name, data in cases():
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
        rows.append(dict(name=name, file=base64.b64encode(data).decode(), width=image.width,
                         height=image.height, digest=hashlib.sha256(image.tobytes()).hexdigest()))
    path = pathlib.Path(__file__).with_name("exif.json")
    path.write_text(json.dumps(rows, indent=1) + "\n")


main()
