"""Images as callers have them."""

from __future__ import annotations

import base64
import os
from typing import Union

#: An image file's bytes, or its path.
Image = Union[bytes, bytearray, memoryview, str, "os.PathLike[str]"]


def encoded(image: Image) -> str:
    """An image file as base64."""
    if isinstance(image, (str, os.PathLike)):
        with open(image, "rb") as file:
            image = file.read()
    return base64.b64encode(image).decode("ascii")
