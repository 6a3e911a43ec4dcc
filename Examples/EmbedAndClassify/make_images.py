#!/usr/bin/env python3
"""Makes three classes of twelve small pictures: checks in shades of red, green and blue.

    python make_images.py FOLDER
"""
import pathlib
import random
import struct
import sys
import zlib

SIDE = 48


def png(rows: list[bytes]) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def main() -> None:
    draw = random.Random(1)
    for channel, name in enumerate(["red", "green", "blue"]):
        folder = pathlib.Path(sys.argv[1], name)
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(12):
            period = draw.randint(3, 9)
            colors = [[draw.randint(0, 90) for _ in range(3)] for _ in range(2)]
            for color in colors:
                color[channel] += 150
            rows = [
                bytes(value for x in range(SIDE) for value in colors[(x // period + y // period) % 2])
                for y in range(SIDE)
            ]
            (folder / f"{number:02}.png").write_bytes(png(rows))


if __name__ == "__main__":
    main()
