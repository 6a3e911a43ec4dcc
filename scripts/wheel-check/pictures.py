"""Writes four classes of ten small PNG pictures: pictures.py FOLDER. The same bytes every time."""

import os
import random
import struct
import sys
import zlib


def png(rows):
    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def picture(kind, dice, side=48):
    shift = dice.randrange(side)
    rows = []
    for y in range(side):
        row = []
        for x in range(side):
            wave = (x, y, x + y, x * y // 8)[kind] + shift
            row += [(wave * (5 + 3 * channel) + dice.randrange(24)) % 256 for channel in range(3)]
        rows.append(row)
    return png(rows)


def main(folder):
    dice = random.Random(7)
    for kind, name in enumerate(["columns", "rows", "diagonals", "curves"]):
        os.makedirs(os.path.join(folder, name))
        for number in range(10):
            with open(os.path.join(folder, name, f"{number}.png"), "wb") as file:
                file.write(picture(kind, dice))


if __name__ == "__main__":
    main(sys.argv[1])
