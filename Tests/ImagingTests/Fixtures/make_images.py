#!/usr/bin/env python3
"""Tiny JPEG and PNG files of every kind, and what Pillow makes of them.

usage: make_images.py > images.json
Pinned: Pillow==11.0.0 (its bundled libjpeg-turbo 3.0.4), numpy==2.4.6; cjpeg of libjpeg-turbo
2.1.5 (Debian package libjpeg-turbo-progs) for samplings and coders that Pillow does not write.
Each case: the file (base64), sha256 of the RGB bytes of Image.open(f).convert("RGB"), and for some
of them sha256 of resized pixels and of JPEG files saved from them. `error` marks what Pillow
refuses."""
import base64, hashlib, io, json, struct, subprocess, sys, zlib
import numpy as np
import PIL
from PIL import Image

assert PIL.__version__ == "11.0.0" and np.__version__ == "2.4.6"
random = np.random.default_rng(11)
cases = []


def sha(data):
    return hashlib.sha256(data).hexdigest()


def rgb(data):
    image = Image.open(io.BytesIO(data))
    return Image.frombytes("RGB", image.size, image.convert("RGB").tobytes())


def case(name, data, sizes=(), boxes=(), qualities=()):
    entry = {"name": name, "file": base64.b64encode(data).decode()}
    cases.append(entry)
    try:
        image = rgb(data)
    except Exception as error:
        entry["error"] = f"{type(error).__name__}: {error}"[:100]
        return
    entry.update(width=image.width, height=image.height, rgb=sha(image.tobytes()))
    entry["resized"] = [{"width": w, "height": h, "box": None, "rgb": sha(image.resize((w, h)).tobytes())} for w, h in sizes]
    entry["resized"] += [{"width": w, "height": h, "box": list(b), "rgb": sha(image.resize((w, h), box=b).tobytes())} for w, h, b in boxes]
    entry["encoded"] = []
    for quality in qualities:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        entry["encoded"].append({"quality": quality, "bytes": len(out.getvalue()), "jpeg": sha(out.getvalue())})


def smooth(height, width, channels):
    """A picture with edges and gradients: a few random pixels, enlarged, and a little noise."""
    small = random.integers(0, 256, (height // 6 + 2, width // 6 + 2, channels), dtype=np.uint8)
    planes = [np.asarray(Image.fromarray(small[..., c]).resize((width, height), Image.BILINEAR)) for c in range(channels)]
    noise = random.integers(-9, 10, (height, width, channels))
    return np.clip(np.stack(planes, -1) + noise, 0, 255).astype(np.uint8)


def jpeg(array, mode="RGB", **keys):
    out = io.BytesIO()
    Image.fromarray(array[..., 0] if mode == "L" else array, mode).save(out, "JPEG", **keys)
    return out.getvalue()


def cjpeg(array, *arguments):
    header = b"P6 %d %d 255\n" % (array.shape[1], array.shape[0])
    return subprocess.run(["cjpeg", *arguments], input=header + array.tobytes(), stdout=subprocess.PIPE, check=True).stdout


# JPEG: every sampling at an odd size, coders, colour spaces
a = smooth(23, 37, 3)
case("jpeg 4:4:4", jpeg(a, quality=92, subsampling=0))
case("jpeg 4:2:2", jpeg(a, quality=92, subsampling=1))
case("jpeg 4:2:0", jpeg(a, quality=92, subsampling=2), [(32, 32), (74, 46), (37, 20), (20, 23), (1, 1)], [], [95, 75])
for sampling in ("1x2", "4x1", "1x4", "4x2", "2x4", "2x2,1x2,2x1", "3x1"):
    try:
        case(f"jpeg sampling {sampling}", cjpeg(a, "-quality", "90", "-sample", sampling))
    except subprocess.CalledProcessError as error:
        print(sampling, error, file=sys.stderr)
case("jpeg progressive 4:2:0", jpeg(a, quality=85, progressive=True))
case("jpeg progressive 4:4:4", jpeg(a, quality=85, progressive=True, subsampling=0))
case("jpeg optimised", jpeg(a, quality=60, optimize=True))
case("jpeg arithmetic", cjpeg(a, "-quality", "90", "-arithmetic"))
case("jpeg arithmetic progressive", cjpeg(a, "-quality", "90", "-arithmetic", "-progressive"))
case("jpeg restart every row", jpeg(a, quality=90, restart_marker_rows=1))
case("jpeg restart every 2 blocks", jpeg(a, quality=90, restart_marker_blocks=2))
case("jpeg quality 10", jpeg(a, quality=10))
case("jpeg quality 100", jpeg(a, quality=100))
case("jpeg RGB with Adobe marker", jpeg(a, quality=90, keep_rgb=True))
case("jpeg RGB by component names", cjpeg(a, "-quality", "90", "-rgb"))
g = smooth(21, 40, 1)
case("jpeg grey", jpeg(g, "L", quality=90), [(16, 16)], [], [95])
case("jpeg grey progressive", jpeg(g, "L", quality=90, progressive=True))
case("jpeg grey with 2x2 sampling", cjpeg(np.repeat(g, 3, 2), "-quality", "90", "-grayscale", "-sample", "2x2"))
k = smooth(19, 33, 4)
cmyk = jpeg(k, "CMYK", quality=90)
case("jpeg CMYK", cmyk, [(20, 20)])
adobe = cmyk.index(b"Adobe")
case("jpeg YCCK", cmyk[:adobe + 11] + b"\x02" + cmyk[adobe + 12:])
case("jpeg CMYK without Adobe marker", cmyk[:adobe - 4] + cmyk[adobe + 12:])
case("jpeg CMYK progressive", jpeg(k, "CMYK", quality=90, progressive=True))
case("jpeg CMYK 4:2:0", jpeg(k, "CMYK", quality=90, subsampling=2))
exif = Image.Exif()
exif[0x0112] = 6
case("jpeg with EXIF orientation 6", jpeg(a, quality=80, exif=exif))
case("jpeg with a comment and a profile", jpeg(a, quality=80, comment=b"hello", icc_profile=b"not a profile" * 9))
for height, width in ((1, 1), (8, 8), (9, 7), (1, 40), (40, 1), (17, 16)):
    case(f"jpeg {width}x{height}", jpeg(smooth(height, width, 3), quality=90))
whole = jpeg(a, quality=90)
case("jpeg cut in the header", whole[:150])
case("jpeg cut in the picture", whole[:len(whole) * 2 // 3])
case("jpeg without end marker", whole[:-2])
case("jpeg with zeros for its end marker", jpeg(a, quality=90, subsampling=0)[:-2] + bytes(16))
case("jpeg progressive cut", jpeg(a, quality=85, progressive=True)[:700])
case("jpeg with bytes behind", whole + b"behind" * 5)


# PNG: written here, so that every kind is under control
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed(samples, depth):
    """[height, width, channels] of values below 2^depth to PNG rows, filters 0 to 4 in turn."""
    rows = []
    flat = samples.reshape(samples.shape[0], -1)
    previous = None
    for y, row in enumerate(flat):
        if depth == 16:
            data = row.astype(">u2").tobytes()
        else:
            bits = np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - depth:]
            data = np.packbits(bits.reshape(-1)).tobytes()
        rows.append(filtered(y % 5, data, previous, max(1, samples.shape[2] * depth // 8)))
        previous = data
    return b"".join(rows)


def filtered(kind, data, previous, step):
    out = bytearray([kind])
    for i, value in enumerate(data):
        left = data[i - step] if i >= step else 0
        up = previous[i] if previous else 0
        corner = previous[i - step] if previous and i >= step else 0
        p = left + up - corner
        paeth = min((left, up, corner), key=lambda v: abs(p - v))
        out.append((value - (0, left, up, (left + up) // 2, paeth)[kind]) & 255)
    return bytes(out)


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, kind, depth, extra=b"", interlaced=False, pieces=1, end=True):
    height, width, _ = samples.shape
    data = packed(samples, depth)
    if interlaced:
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        data = b"".join(packed(part, depth) for part in parts if part.size)
    stream = zlib.compress(data, 9)
    step = -(-len(stream) // pieces)
    body = b"".join(chunk(b"IDAT", stream[i:i + step]) for i in range(0, len(stream), step))
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + body + (chunk(b"IEND", b"") if end else b"")


CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
NAMES = {0: "grey", 2: "RGB", 3: "palette", 4: "grey and alpha", 6: "RGBA"}
for kind, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items():
    for depth in depths:
        samples = smooth(13, 19, CHANNELS[kind]).astype(np.int64)
        samples = samples * 257 + 3 if depth == 16 else samples >> (8 - depth)
        if kind == 0 and depth == 16:
            samples = samples >> (np.arange(19)[:, None] % 9)
        palette = chunk(b"PLTE", random.integers(0, 256, 3 << depth if depth < 8 else 600, dtype=np.uint8).tobytes()) if kind == 3 else b""
        for interlaced in (False, True):
            case(f"png {NAMES[kind]} {depth} bit" + (" interlaced" if interlaced else ""), png(samples, kind, depth, palette, interlaced))
        transparent = {0: b"\0\1", 2: b"\0\1\0\2\0\3", 3: bytes([0, 128, 255])[:1 << depth]}.get(kind)
        if transparent:
            case(f"png {NAMES[kind]} {depth} bit with tRNS", png(samples, kind, depth, palette + chunk(b"tRNS", transparent)))
b = smooth(17, 23, 3)
gamma = chunk(b"gAMA", struct.pack(">I", 22000)) + chunk(b"sRGB", b"\0")
profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(b"not a profile" * 20))
text = chunk(b"tEXt", b"Comment\0hello") + chunk(b"pHYs", struct.pack(">IIB", 2000, 1000, 1))
case("png with gamma", png(b, 2, 8, gamma))
case("png with a profile and text", png(b, 2, 8, profile + text))
case("png in many pieces", png(b, 2, 8, pieces=9))
for height, width in ((1, 1), (1, 30), (30, 1), (5, 3)):
    case(f"png interlaced {width}x{height}", png(smooth(height, width, 3), 2, 8, interlaced=True))
case("png without end chunk", png(b, 2, 8, end=False))
case("png with a damaged end chunk", png(b, 2, 8)[:-3] + b"abc")
case("png cut in the picture", png(b, 2, 8)[:800])
case("png cut in the header", png(b, 2, 8)[:30])
case("png with a broken stream", png(b, 2, 8)[:300] + b"\x55\xaa" * 20 + png(b, 2, 8)[340:])
case("png 60000x60000 header", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b""))
case("text", b"key,label\nfolder/a.png,polyp\n" * 9)
case("empty", b"")

# Resize and encode, from PNG so that nothing else differs
case("resize wide", png(smooth(20, 70, 3), 2, 8), [(32, 32), (16, 40), (70, 20), (70, 10), (35, 20), (140, 40), (7, 3), (99, 1), (1, 99)])
case("resize tall", png(smooth(70, 12, 3), 2, 8), [(32, 32), (6, 70), (12, 35), (12, 70), (11, 69), (3, 5)])
case("resize one pixel", png(smooth(1, 1, 3), 2, 8), [(1, 1), (5, 4)])
case("resize one row", png(smooth(1, 50, 3), 2, 8), [(10, 10), (50, 3), (61, 1)])
case("resize one column", png(smooth(50, 1, 3), 2, 8), [(10, 10), (3, 50), (1, 61)])
noise = random.integers(0, 256, (24, 29, 3), dtype=np.uint8)
case("resize noise", png(noise, 2, 8), [(13, 11), (30, 25), (29, 24), (64, 48)])
extremes = (random.integers(0, 2, (24, 29, 3)) * 255).astype(np.uint8)
case("resize black and white", png(extremes, 2, 8), [(13, 11), (64, 48), (28, 23)])
case("resize box", png(smooth(40, 50, 3), 2, 8), [], [
    (16, 16, (3, 5, 33, 29)), (24, 30, (0.5, 0.25, 20.75, 39.5)), (30, 24, (10, 8, 40, 32)), (50, 40, (0.1, 0, 50, 40)),
    (50, 20, (0, 7.3, 50, 31.9)), (20, 40, (11.7, 0, 13.1, 40)), (8, 8, (49, 39, 50, 40)), (50, 20, (0, 10, 50, 30))])
for height, width in ((8, 8), (16, 16), (17, 33), (1, 1), (50, 70)):
    case(f"encode {width}x{height}", png(smooth(height, width, 3), 2, 8), [], [], [95, 75, 1, 100])
case("encode noise", png(noise, 2, 8), [], [], [95, 75, 50])
json.dump({"pillow": PIL.__version__, "cases": cases}, sys.stdout, indent=1)
sys.stdout.write("\n")
