"""Damage to files, all of it drawn from the generator that is given."""
import gzip
import re
import struct
import zlib

BOUNDARIES = {
    1: [0, 1, 0x7F, 0x80, 0xFE, 0xFF],
    2: [0, 1, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 60000],
    4: [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 60000, 0x7F800000, 0x7FC00000],
    8: [0, 1, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1, 0x7FF0 << 48, 0x7FF8 << 48],
}
NUMBERS = [b"0", b"-1", b"1", b"255", b"65536", b"2147483647", b"-2147483648", b"4294967295",
           b"9223372036854775807", b"-9223372036854775808", b"18446744073709551616", b"1e308",
           b"1e999", b"-0", b"0.5", b"nan", b"", b"99999999999999999999999999"]
SPECIAL = [b'"', b",", b";", b"\t", b"\r", b"\n", b"\\", b"\0", b"\xff", b"\xfe", b"\xef\xbb\xbf",
           b"\x80", b"{", b"}", b"[", b"]", b":", b"/", b"../", b"\xed\xa0\x80", b"\\u0000",
           b"\\ud800", b"=", b"train", b"validation", b"null", b"true", b"[" * 600]


def place(data, random, head):
    """An index; half of them near the beginning, where the headers are."""
    return random.randrange(min(len(data), head) if random.random() < 0.5 else len(data))


def chunk(data, random, head):
    start = place(data, random, head)
    return start, min(len(data), start + 1 + int(random.random() ** 3 * 256))


def flip(data, random, head):
    for _ in range(random.choice([1, 1, 2, 8])):
        data[place(data, random, head)] ^= 1 << random.randrange(8)


def set_byte(data, random, head):
    data[place(data, random, head)] = random.choice([0, 0xFF, 0x7F, 0x80, random.randrange(256)])


def truncate(data, random, head):
    del data[place(data, random, head):]


def repeat(data, random, head):
    start, end = chunk(data, random, head)
    data[end:end] = data[start:end] * random.choice([1, 1, 2, 40])


def remove(data, random, head):
    start, end = chunk(data, random, head)
    del data[start:end]


def swap(data, random, head):
    (a, b), (c, d) = sorted([chunk(data, random, head), chunk(data, random, head)])
    if b <= c:
        data[a:d] = data[c:d] + data[b:c] + data[a:b]


def boundary(data, random, head):
    write(data, place(data, random, head), random.choice([1, 2, 2, 4, 4, 8]), random)


def write(data, start, size, random):
    order = random.choice(["little", "big"])
    number = random.choice(BOUNDARIES[size])
    if start + size <= len(data):
        data[start:start + size] = number.to_bytes(size, order)


def lengths(kind, data):
    """Where a format's lengths, counts and sizes stand: (offset, bytes)."""
    data = bytes(data)
    if kind == "jpeg":
        markers = [match.start() for match in re.finditer(rb"\xff[\xc0-\xcf\xda-\xdd\xe0-\xfe]", data)]
        frames = [at for at in markers if data[at + 1] in (0xC0, 0xC1, 0xC2)]
        return [(at + 2, 2) for at in markers] + 4 * [
            (at + offset, size) for at in frames
            for offset, size in ((4, 1), (5, 2), (7, 2), (9, 1), (11, 1), (12, 1))]
    if kind == "png":
        return [(16, 4), (20, 4), (24, 1), (25, 1), (28, 1)] + [
            (at, 4) for at, _ in png_chunks(data)]
    if kind == "dicom":
        found = []
        for match in re.finditer(rb"[A-Z]{2}", data):
            found += [(match.start() + 2, 2), (match.start() + 4, 4), (match.start() + 4, 2)]
        for match in re.finditer(rb"\xfe\xff[\x00\x0d\xdd]\xe0|\x28\x00.\x00", data):
            found += [(match.start() + 4, 4), (match.start() + 8, 2)]
        return found
    if kind == "nifti":
        return [(40 + 2 * i, 2) for i in range(8)] + [(70, 2), (72, 2), (252, 2), (254, 2)] + [
            (76 + 4 * i, 4) for i in range(11)] + [(256 + 4 * i, 4) for i in range(18)]
    if kind == "nifti.gz":
        return [(3, 1), (10, 2), (len(data) - 8, 4), (len(data) - 4, 4)]
    return []


def attack(data, random, head, kind):
    found = lengths(kind, data)
    if found:
        start, size = random.choice(found)
        write(data, start, size, random)


def number(data, random, _):
    """Another number where the text has one."""
    found = list(re.finditer(rb"-?\d+", bytes(data[:20000])))
    if found:
        match = random.choice(found)
        data[match.start():match.end()] = random.choice(NUMBERS)


def special(data, random, head):
    start = place(data, random, head)
    data[start:start + random.randrange(2)] = random.choice(SPECIAL) * random.choice([1, 1, 1, 9])


def splice(data, random, other):
    at, to = random.randrange(len(data) + 1), random.randrange(len(other) + 1)
    end = to + random.randrange(len(other) - to + 1)
    data[at:random.choice([at, at + end - to, len(data)])] = other[to:end]


BINARY = [flip, flip, set_byte, set_byte, truncate, repeat, remove, swap, boundary, boundary]
TEXT = [flip, set_byte, truncate, repeat, remove, swap, number, number, special, special, special]


def damaged(kind, seed, other, random):
    """One file: `seed` with some damage, or with a part of `other`."""
    if kind == "png" and random.random() < 0.3:
        seed = rows_damaged(seed, random)
        if random.random() < 0.7:
            return seed
    if kind == "nifti.gz" and random.random() < 0.5:
        # Damage inside, in a whole packing.
        inner = damaged("nifti", unpacked(seed), unpacked(other), random)
        return gzip.compress(inner, random.choice([1, 9]), mtime=0)
    data = bytearray(seed)
    is_text = kind in ("csv", "tsv", "dataset")
    head = 2500 if kind == "dicom" else 400
    for _ in range(random.choice([1, 1, 1, 2, 3, 6])):
        if not data:
            break
        drawn = random.random()
        if drawn < 0.08:
            splice(data, random, other)
        elif drawn < 0.35 and not is_text:
            attack(data, random, head, kind)
        else:
            random.choice(TEXT if is_text else BINARY)(data, random, head)
    if kind == "png" and random.random() < 0.5:
        return with_checksums(data)
    return bytes(data)


def unpacked(data):
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return data


def png_chunks(data):
    """(offset, bytes of content) of every chunk that is whole."""
    at = 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at:at + 4], "big")
        if at + 12 + length > len(data):
            return
        yield at, length
        at += 12 + length


def with_checksums(data):
    data = bytearray(data)
    for at, length in list(png_chunks(data)):
        end = at + 8 + length
        data[end:end + 4] = struct.pack(">I", zlib.crc32(data[at + 4:end]))
    return bytes(data)


def rows_damaged(data, random):
    """Damage to the rows behind a PNG's compression: filters, lengths, indices."""
    chunks = list(png_chunks(data))
    packed = b"".join(data[at + 8:at + 8 + n] for at, n in chunks if data[at + 4:at + 8] == b"IDAT")
    try:
        rows = bytearray(zlib.decompress(packed))
    except zlib.error:
        return data
    for _ in range(random.randint(1, 6)):
        if rows:
            random.choice(BINARY)(rows, random, 400)
    body = zlib.compress(bytes(rows), 1)
    made = struct.pack(">I", len(body)) + b"IDAT" + body + bytes(4)
    before = [data[at:at + 12 + n] for at, n in chunks if data[at + 4:at + 8] != b"IDAT"]
    return with_checksums(data[:8] + b"".join(before[:-1]) + made + b"".join(before[-1:]))
