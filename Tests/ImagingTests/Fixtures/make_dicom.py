#!/usr/bin/env python3
"""Writes dicom.json: a small DICOM file for each thing that is read, with the stored values and the
grey levels that pydicom gives (Benchmarks/dicom/compare.py), and files that must be refused.

Made with: pydicom==3.0.2 numpy==2.4.6 pillow==11.0.0 pylibjpeg==2.1.0 pylibjpeg-libjpeg==2.5.0
pylibjpeg-openjpeg==2.6.0 pylibjpeg-rle==2.2.0 pyjpegls==1.5.1
"""
import base64
import hashlib
import io
import json
import pathlib
import struct
import sys
import tempfile

import numpy as np
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks/dicom"))
from compare import theirs  # noqa: E402

WIDTH, HEIGHT = 10, 6
random = np.random.default_rng(7)


def values(low, high, shape=(HEIGHT, WIDTH)):
    return random.integers(low, high + 1, shape)


def dataset(array, bits=16, stored=None, signed=False, photometric="MONOCHROME2", frames=None):
    kinds = {8: "u1", 16: "u2", 32: "u4"}
    data = Dataset()
    data.SOPClassUID = uid.SecondaryCaptureImageStorage
    data.SOPInstanceUID = "1.2.3.4"
    data.Modality = "OT"
    data.PatientID = "P1"
    data.StudyInstanceUID = "1.2.3"
    data.SamplesPerPixel = 3 if photometric.startswith(("RGB", "YBR")) else 1
    data.PhotometricInterpretation = photometric
    if data.SamplesPerPixel == 3:
        data.PlanarConfiguration = 0
    if frames:
        data.NumberOfFrames = frames
    data.Rows, data.Columns = HEIGHT, WIDTH
    data.BitsAllocated, data.BitsStored = bits, stored or bits
    data.HighBit = data.BitsStored - 1
    data.PixelRepresentation = int(signed)
    mask = (1 << bits) - 1
    pixels = (np.asarray(array).astype(np.int64) & mask).astype("<" + kinds[bits])
    data.PixelData = pixels.tobytes() + bytes(pixels.nbytes % 2)
    data["PixelData"].VR = "OW" if bits > 8 else "OB"
    return data


def window(data, center, width, function=None):
    data.WindowCenter, data.WindowWidth = center, width
    if function:
        data.VOILUTFunction = function
    return data


def scaled(data, slope, intercept):
    data.RescaleSlope, data.RescaleIntercept = slope, intercept
    return data


def table(first, entries, bits, signed=False):
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if signed else "US", [len(entries), first, bits])
    item.add_new("LUTData", "OW", np.asarray(entries, "<u2").tobytes())
    item.ModalityLUTType = "US"
    return Sequence([item])


def write(data, syntax=uid.ExplicitVRLittleEndian):
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    out = io.BytesIO()
    if syntax == uid.ExplicitVRBigEndian and data.BitsAllocated > 8:
        data.PixelData = np.frombuffer(
            data.PixelData, f"<u{data.BitsAllocated // 8}").byteswap().tobytes()
    data.save_as(out, implicit_vr=syntax == uid.ImplicitVRLittleEndian,
                 little_endian=syntax != uid.ExplicitVRBigEndian,
                 enforce_file_format=True)
    return out.getvalue()


def compressed(data, syntax):
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    data.compress(syntax, generate_instance_uid=False)
    return write(data, syntax)


def jpeg_lossless(array, bits):
    """JPEG process 14, selection value 1: the difference to the left neighbour, Huffman codes of 5
    bits for the 17 categories."""
    counts = bytes(4) + bytes([17]) + bytes(11)
    bits_out = []

    def put(value, count):
        bits_out.extend((value >> place) & 1 for place in reversed(range(count)))

    for y in range(array.shape[0]):
        for x in range(array.shape[1]):
            left = array[y, x - 1] if x else array[y - 1, 0] if y else 1 << (bits - 1)
            difference = int(array[y, x]) - int(left)
            category = abs(difference).bit_length()
            put(category, 5)
            if category and category < 16:
                put(difference if difference > 0 else difference + (1 << category) - 1, category)
    bits_out += [1] * (-len(bits_out) % 8)
    packed = np.packbits(bits_out).tobytes().replace(b"\xff", b"\xff\0")
    segment = lambda marker, body: bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    return (b"\xff\xd8" + segment(0xC4, b"\0" + counts + bytes(range(17)))
            + segment(0xC3, struct.pack(">BHHB", bits, *array.shape, 1) + b"\1\x11\0")
            + segment(0xDA, b"\1\1\0\1\0\0") + packed + b"\xff\xd9")


def encapsulated(data, frames, syntax, **options):
    data.PixelData = encapsulate(frames, **options)
    data["PixelData"].VR = "OB"
    return write(data, syntax)


def baseline(array, mode):
    out = io.BytesIO()
    Image.fromarray(array.astype(np.uint8), mode).save(out, "JPEG", quality=90)
    return out.getvalue()


def enhanced():
    """Three frames, each with its own window; one rescale for all."""
    data = dataset(values(0, 4000, (3, HEIGHT, WIDTH)), stored=12, frames=3)
    scale, shared = Dataset(), Dataset()
    scaled(scale, 2, -1000).RescaleType = "US"
    shared.PixelValueTransformationSequence = Sequence([scale])
    data.SharedFunctionalGroupsSequence = Sequence([shared])
    frames = []
    for number in range(3):
        group = Dataset()
        group.FrameVOILUTSequence = Sequence([window(Dataset(), 1000 * (number + 1), 3000)])
        frames.append(group)
    data.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return write(data)


def palette(bits):
    data = dataset(values(0, 15), 8, photometric="PALETTE COLOR")
    for name in ["Red", "Green", "Blue"]:
        entries = values(0, 2**bits - 1, 16)
        data.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [16, 0, bits])
        kind = "<u2" if bits == 16 else "u1"
        data.add_new(f"{name}PaletteColorLookupTableData", "OW", entries.astype(kind).tobytes())
    return write(data)


def colours(photometric, planar=0, bits=8):
    array = values(0, 2**bits - 1, (HEIGHT, WIDTH, 3))
    data = dataset(np.moveaxis(array, 2, 0) if planar else array, bits, photometric=photometric)
    data.PlanarConfiguration = planar
    return data


def square(low, high, samples, **options):
    """Large enough for JPEG 2000's six resolutions."""
    data = dataset(values(low, high, (32, 32) + samples), **options)
    data.Rows = data.Columns = 32
    return data


def cases():
    yield "signed", write(scaled(window(dataset(values(-1000, 2000), signed=True), 40, 400), 1, -24))
    yield "fractions", write(scaled(window(dataset(values(0, 4095), stored=12), 1600.5, 2800.25),
                                    0.684, -3.5))
    yield "negative slope", write(scaled(dataset(values(0, 4095), stored=12), -1, 4095))
    yield "two windows", write(window(dataset(values(0, 4095)), [2000, 40], [3000, 80]))
    yield "exact", write(window(dataset(values(0, 4095)), 2000, 1500, "LINEAR_EXACT"))
    yield "sigmoid", write(window(dataset(values(0, 4095)), 2000, 1500, "SIGMOID"))
    yield "no window", write(dataset(values(-500, 1500), signed=True))
    yield "8 bits", write(dataset(values(30, 200), 8))
    yield "10 bits", write(dataset(values(0, 1023), stored=10))
    yield "12 bits signed", write(dataset(values(-2048, 2047), stored=12, signed=True))
    yield "32 bits", write(dataset(values(0, 2**32 - 1), 32))
    yield "inverted", write(window(dataset(values(0, 4095), stored=12, photometric="MONOCHROME1"),
                                   2000, 3000))
    data = window(dataset(values(0, 300)), 100, 50)
    data.VOILUTSequence = table(20, values(0, 4095, 256), 12)
    yield "voi table", write(data)
    data = dataset(values(0, 300))
    data.ModalityLUTSequence = table(20, values(0, 65535, 256), 16)
    yield "modality table", write(data)
    yield "implicit", write(dataset(values(0, 4095)), uid.ImplicitVRLittleEndian)
    yield "big-endian", write(window(dataset(values(0, 4095)), 2000, 3000), uid.ExplicitVRBigEndian)
    yield "deflated", write(dataset(values(0, 4095)), uid.DeflatedExplicitVRLittleEndian)
    yield "without preamble", write(dataset(values(0, 4095)))[132:]
    yield "frames", write(dataset(values(0, 4095, (3, HEIGHT, WIDTH)), frames=3))
    yield "enhanced", enhanced()
    yield "rgb", write(colours("RGB"))
    yield "rgb planar", write(colours("RGB", planar=1))
    yield "rgb 16 bits", write(colours("RGB", bits=16))
    yield "ybr", write(colours("YBR_FULL"))
    data = colours("YBR_FULL_422")
    data.PixelData = values(0, 255, HEIGHT * WIDTH * 2).astype(np.uint8).tobytes()
    yield "ybr 422", write(data)
    yield "palette 16 bits", palette(16)
    yield "palette 8 bits", palette(8)
    yield "rle", compressed(dataset(values(-9, 9), signed=True), uid.RLELossless)
    yield "rle rgb", compressed(colours("RGB"), uid.RLELossless)
    frames = values(0, 4095, (2, HEIGHT, WIDTH))
    yield "rle frames", compressed(dataset(frames, frames=2), uid.RLELossless)
    yield "jpeg-ls", compressed(dataset(values(0, 4095), stored=12), uid.JPEGLSLossless)
    yield "jpeg-ls rgb", compressed(colours("RGB"), uid.JPEGLSLossless)
    yield "jpeg 2000", compressed(square(-99, 99, (), signed=True), uid.JPEG2000Lossless)
    yield "jpeg 2000 rgb", compressed(
        square(0, 255, (3,), bits=8, photometric="RGB"), uid.JPEG2000Lossless)
    array = values(0, 4095)
    yield "jpeg lossless", encapsulated(
        dataset(array, stored=12), [jpeg_lossless(array, 12)], uid.JPEGLosslessSV1)
    array = values(0, 255)
    yield "jpeg lossless 8 bits", encapsulated(
        dataset(array, 8), [jpeg_lossless(array, 8)], uid.JPEGLosslessSV1)
    grey = np.add.outer(np.arange(HEIGHT) * 20, np.arange(WIDTH) * 10)
    yield "jpeg", encapsulated(
        dataset(grey, 8), [baseline(grey, "L")], uid.JPEGBaseline8Bit)
    parts = [baseline(grey, "L"), baseline(255 - grey, "L")]
    data = dataset(np.stack([grey, grey]), 8, frames=2)
    yield "fragments", encapsulated(
        data, parts, uid.JPEGBaseline8Bit, fragments_per_frame=2)
    data = dataset(np.stack([grey, grey]), 8, frames=2)
    yield "fragments without offsets", encapsulated(
        data, parts, uid.JPEGBaseline8Bit, fragments_per_frame=2, has_bot=False)


def refused():
    good = write(dataset(values(0, 4095)))
    yield "cut", good[:-9], "truncated DICOM: 111 bytes of pixel data, 120 are needed"
    data = dataset(values(0, 9))
    del data.PixelData
    data.Modality = "SR"
    yield "report", write(data), "a DICOM file without pixel data (modality SR)"
    data = dataset(values(0, 9))
    data.Rows = data.Columns = 60000
    yield "huge", write(data), "60000 x 60000 pixels are more than the limit"
    data = dataset(values(0, 9), frames=16000000)
    yield "frames", write(data), "truncated DICOM: 120 bytes of pixel data, 1920000000 are needed"
    data = dataset(values(0, 9))
    data.BitsStored = 17
    yield "bits", write(data), "broken DICOM: 17 bits stored below bit 15 of 16 allocated"
    array = values(0, 255, (HEIGHT, WIDTH + 1))
    yield "codestream", encapsulated(
        dataset(values(0, 255), 8), [jpeg_lossless(array, 8)],
        uid.JPEGLosslessSV1), "broken DICOM: the codestream has 11 x 6 pixels of 1 samples"
    data = dataset(values(0, 9))
    yield "video", encapsulated(data, [bytes(8)], uid.MPEG2MPML), "a DICOM video (MPEG)"
    yield "slope", write(scaled(dataset(values(0, 9)), 0, 1)), "a rescale slope of 0.0"
    data = dataset(values(0, 9), photometric="HSV")
    yield "colour", write(data), "photometric interpretation HSV, which is not read"
    place = good.index(b"\x08\x00\x60\x00CS")
    long = good[:place] + b"\x08\x00\x05\x00UN\0\0\0\0\0\xe0" + good[place:]
    yield "long element", long, "truncated DICOM: (0008,0005) at byte"
    yield "deflated", write(dataset(values(0, 9)), uid.DeflatedExplicitVRLittleEndian)[:-30], (
        "broken DICOM: deflated data")


def row(name, data, folder):
    path = pathlib.Path(folder) / "file.dcm"
    path.write_bytes(data)
    stored, levels = theirs(path)
    assert not isinstance(stored, str), (name, stored)
    levels = np.clip(levels, 0, 255)
    return dict(name=name, file=base64.b64encode(data).decode(), frames=stored.shape[0],
                stored=hashlib.sha256(stored.astype("<i8").tobytes()).hexdigest(),
                levels=np.round(levels, 2).ravel().tolist(),
                lossy=name in ("jpeg", "fragments", "fragments without offsets"))


def main():
    with tempfile.TemporaryDirectory() as folder:
        good = [row(name, data, folder) for name, data in cases()]
    bad = [dict(name=name, file=base64.b64encode(data).decode(), reason=reason)
           for name, data, reason in refused()]
    text = json.dumps(dict(read=good, refused=bad), separators=(",", ":"))
    (here / "dicom.json").write_text(text.replace('},{"name"', '},\n{"name"') + "\n")


main()
