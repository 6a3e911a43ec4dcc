"""Makes colours.json: one small image file of every colour type, and what Pillow makes of it.

Python 3.11, Pillow 11.0.0, numpy 2.4.6. `pixels` is the SHA-256 of the RGB pixels after
convert("RGB") and a bicubic resize to 24x24, `prepared` the same after saving that as a JPEG of
quality 95 and reading it again.
"""

import base64
import hashlib
import io
import json
import pathlib

import numpy
import PIL
from PIL import Image

assert PIL.__version__ == "11.0.0"
random = numpy.random.default_rng(5)
ramp = numpy.linspace(0, 65535, 31 * 22).reshape(22, 31)


def noise(*shape):
    return random.integers(0, 256, shape, dtype=numpy.uint8)


def smooth(channels):
    planes = [ramp / 257 if c % 2 == 0 else 255 - ramp / 257 for c in range(channels)]
    return (numpy.stack(planes, -1) * 0.8 + noise(22, 31, channels) * 0.2).astype(numpy.uint8)


palette = Image.fromarray(smooth(3)).quantize(17)
images = {
    "rgb.png": Image.fromarray(smooth(3)),
    "rgb.jpg": Image.fromarray(smooth(3)),
    "grey.png": Image.fromarray(smooth(1)[..., 0]),
    "grey.jpg": Image.fromarray(smooth(1)[..., 0]),
    "grey_16_bit.png": Image.fromarray((ramp / 300).astype(numpy.uint16)),
    "palette.png": palette,
    "palette_alpha.png": palette,
    "bit.png": Image.fromarray(smooth(1)[..., 0]).convert("1"),
    "alpha.png": Image.fromarray(smooth(4), "RGBA"),
    "grey_alpha.png": Image.fromarray(smooth(2), "LA"),
    "cmyk.jpg": Image.fromarray(smooth(4), "CMYK"),
}
cases = []
for name, image in images.items():
    options = {"quality": 90} if name.endswith(".jpg") else {}
    if name == "palette_alpha.png":
        options = {"transparency": 3}
    file = io.BytesIO()
    image.save(file, "JPEG" if name.endswith(".jpg") else "PNG", **options)
    bytes_ = file.getvalue()
    pixels = Image.open(io.BytesIO(bytes_)).convert("RGB").resize((24, 24), Image.BICUBIC)
    again = io.BytesIO()
    pixels.save(again, "JPEG", quality=95)
    prepared = Image.open(again).convert("RGB")
    cases.append({
        "name": name,
        "file": base64.b64encode(bytes_).decode(),
        "pixels": hashlib.sha256(pixels.tobytes()).hexdigest(),
        "prepared": hashlib.sha256(prepared.tobytes()).hexdigest(),
    })
path = pathlib.Path(__file__).with_name("colours.json")
path.write_text(json.dumps({"pillow": PIL.__version__, "cases": cases}, indent=1) + "\n")
