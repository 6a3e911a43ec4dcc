"""Files that promise far more than they hold, as (sort, kind, name, bytes). The sort `huge` is
beyond the limits, so it must be refused with little memory; `large` is just below them, so it may
take the time and memory of a picture of 169 million pixels, whatever its few bytes ask for."""
import gzip
import re
import struct
import zlib

import mutations

SIDE = 60000


def cases(seeds):
    made = []

    whole = {data for part in seeds.values() for data in part.values() if isinstance(data, bytes)}

    def add(kind, name, data, sort="huge"):
        if data not in whole:  # where there was nothing to change
            made.append((sort, kind, name, data))

    for name, data in seeds["jpeg"].items():
        if any(data.count(marker) for marker in (b"\xff\xc0", b"\xff\xc1", b"\xff\xc2")):
            add("jpeg", name, sized_jpeg(data, SIDE, SIDE))
            add("jpeg", f"{name}, below the limit", sized_jpeg(data, 13000, 13000), "large")
            add("jpeg", f"{name}, many scans", many_scans(data), "large")
    add("jpeg", "scans that never run out", endless(), "large")
    for name, data in seeds["png"].items():
        add("png", name, sized_png(data, SIDE, SIDE))
        add("png", f"{name}, below the limit", sized_png(data, 13000, 13000), "large")
        add("png", f"{name}, text bomb", text_bomb(data), "large")
    for name, data in seeds["dicom"].items():
        add("dicom", f"{name}, header", sized_dicom(data, SIDE, SIDE))
        add("dicom", f"{name}, codestream", sized_streams(data, SIDE, SIDE))
        both = sized_streams(sized_dicom(data, SIDE, SIDE), SIDE, SIDE)
        add("dicom", f"{name}, both", both)
        if name.startswith("dicom: "):  # some take half a minute each
            add("dicom", f"{name}, below the limit",
                sized_streams(sized_dicom(data, 13000, 13000), 13000, 13000), "large")
        add("dicom", f"{name}, scan first", scan_first(data))
        add("dicom", f"{name}, hidden frame", hidden_frame(data))
        add("dicom", f"{name}, precincts", precincts(data))
    for name, data in seeds["nifti"].items():
        for sizes in ((32767, 32767, 1), (32767, 32767, 32767), (30000, 17000, 1)):
            header = bytearray(data)
            order = "<" if data[0] else ">"
            struct.pack_into(f"{order}8h", header, 40, 3, *sizes, 1, 1, 1, 1)
            add("nifti", f"{name}, {sizes}", bytes(header))
            add("nifti.gz", f"{name}, {sizes}, packed", gzip.compress(bytes(header), mtime=0))
    add("dicom", "deflated bomb", deflated_bomb())
    return made


def sized_jpeg(data, width, height):
    out = bytearray(data)
    for match in re.finditer(rb"\xff[\xc0-\xc3\xf7]\0", data):
        out[match.start() + 5:match.start() + 9] = struct.pack(">HH", height, width)
    return bytes(out)


def many_scans(data):
    """As many scans as are read at all, of a picture just below the limit."""
    data = sized_jpeg(data, 13000, 13000)
    first, end = data.find(b"\xff\xda"), data.rfind(b"\xff\xd9")
    scans = data[first:end]
    return data[:first] + scans * (490 // max(scans.count(b"\xff\xda"), 1)) + data[end:]


def endless(side=13000, scans=490):
    """Scans of a few bytes that are whole all the same: each zero bit stands for no difference, or
    with the next 14 for 16384 empty blocks."""
    def table(kind, value):
        return b"\xff\xc4\0\x14" + bytes([kind, 1]) + bytes(15) + bytes([value])

    blocks = (side // 8 + 1) ** 2
    frame = b"\xff\xc2\0\x0b\x08" + struct.pack(">HH", side, side) + b"\1\1\x11\0"
    head = b"\xff\xd8\xff\xdb\0\x43\0" + b"\1" * 64 + frame + table(0, 0) + table(0x10, 0xE0)
    first = b"\xff\xda\0\x08\1\1\0\0\0\0" + bytes(blocks // 8 + 1)
    others = b"\xff\xda\0\x08\1\1\0\1\x3f\0" + bytes(blocks // 16384 * 2 + 2)
    return head + first + others * scans + b"\xff\xd9"


def sized_png(data, width, height):
    return mutations.with_checksums(data[:16] + struct.pack(">II", width, height) + data[24:])


BOMB = zlib.compress(bytes(200_000_000), 9)


def text_bomb(data):
    chunks = b"".join(
        struct.pack(">I", len(body)) + kind + body + bytes(4)
        for kind, body in ((b"zTXt", b"a\0\0" + BOMB), (b"iCCP", b"a\0\0" + BOMB),
                           (b"iTXt", b"a\0\1\0\0\0" + BOMB)))
    return mutations.with_checksums(data[:33] + chunks + data[33:])


def sized_dicom(data, width, height):
    out = data
    for tag, value in ((0x10, height), (0x11, width)):
        out = re.sub(
            rb"(\x28\0" + re.escape(bytes([tag, 0])) + rb"(?:US\x02\0|\x02\0\0\0)).{2}",
            lambda match: match[1] + struct.pack("<H", value), out, flags=re.DOTALL)
    return out


def sized_streams(data, width, height):
    """The sizes in codestreams; a JPEG's frame header with a length of 11 or 17, JPEG 2000's SIZ."""
    out = bytearray(data)
    for match in re.finditer(rb"\xff[\xc0-\xc3\xf7]\0[\x0b\x11]", data):
        out[match.start() + 5:match.start() + 9] = struct.pack(">HH", height, width)
    for match in re.finditer(rb"\xff\x4f\xff\x51", data):
        at = match.start() + 8
        out[at:at + 32] = struct.pack(">8I", width, height, 0, 0, width, height, 0, 0)
    return bytes(out)


def scan_first(data):
    """A scan header, read as a frame header, would promise 255 bits and 65535 x 65535."""
    body = b"\xff" * 5 + b"\x03" + b"\1\x11\0\2\x11\0\3\x11\0"
    segment = b"\xff\xda" + struct.pack(">H", len(body) + 2) + body
    return enlarged(data, rb"\xff[\xc1\xc3]\0[\x0b\x11]", segment)


def hidden_frame(data):
    """A progressive frame and scan behind a marker that has no length, so that who believes in
    one passes over them to the frame that was there before."""
    frame = b"\xff\xc2\0\x0b\x08" + struct.pack(">HH", SIDE, SIDE) + b"\1\1\x11\0"
    both = frame + b"\xff\xda\0\x08\1\1\0\0\0\0"
    return enlarged(
        data, rb"\xff[\xc0\xc1]\0[\x0b\x11]", b"\xff\xd0" + both + bytes(0xFFC2 - len(both)))


def enlarged(data, pattern, segment):
    """`segment` in front of a pattern in the last fragment, whose length grows."""
    match = re.search(pattern, data, flags=re.DOTALL)
    at = match.start() if match else -1
    head = data.rfind(b"\xfe\xff\x00\xe0", 0, at) if match else -1
    if head < 0:
        return data
    length = struct.unpack_from("<I", data, head + 4)[0] + len(segment)
    return data[:head + 4] + struct.pack("<I", length) + data[head + 8:at] + segment + data[at:]


def precincts(data):
    """JPEG 2000 in precincts of one pixel, which take room one by one."""
    at = data.find(b"\xff\x52")
    if data.find(b"\xff\x4f\xff\x51") < 0 or at < 0:
        return data
    data = sized_streams(sized_dicom(data, 12000, 12000), 12000, 12000)
    levels = data[at + 9]
    length = struct.unpack_from(">H", data, at + 2)[0]
    given = length - 12
    segment = data[at + 4:at + 5].replace(data[at + 4:at + 5], bytes([data[at + 4] | 1]))
    body = segment + data[at + 5:at + 14] + b"\x00" * 1 + b"\x11" * levels
    coded = b"\xff\x52" + struct.pack(">H", len(body) + 2) + body
    rest = data[:at] + coded + data[at + 2 + length:]
    head = rest.rfind(b"\xfe\xff\x00\xe0", 0, at)
    grown = struct.unpack_from("<I", rest, head + 4)[0] + levels + 1 - given
    return rest[:head + 4] + struct.pack("<I", grown) + rest[head + 8:]


def deflated_bomb():
    syntax = b"1.2.840.10008.1.2.1.99"
    meta = b"\2\0\x10\0UI" + struct.pack("<H", len(syntax)) + syntax
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(bytes(600_000_000)) + packer.flush()
    return bytes(128) + b"DICM" + meta + body
