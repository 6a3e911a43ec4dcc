#!/usr/bin/env python3
"""Compares Cambium's reading of DICOM with pydicom's, file by file.

    swift build -c release --product dicom-values
    compare.py .build/release/dicom-values [FOLDER]     (default: the files that pydicom brings)

Every file must be read or refused with a reason. Stored values must equal pydicom's `pixel_array`
(raw: before any colour conversion), grey pictures pydicom's `apply_modality_lut` + `apply_voi_lut`
scaled to 0...255 within one level, colour pictures pydicom's RGB. Exit status 1 when a file that
pydicom decodes is refused, or differs by more than is said below.

Made with: pydicom==3.0.2 numpy==2.4.6 pylibjpeg==2.1.0 pylibjpeg-libjpeg==2.5.0
pylibjpeg-openjpeg==2.6.0 pylibjpeg-rle==2.2.0 pyjpegls==1.5.1
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pydicom
from pydicom.pixels import apply_modality_lut, apply_voi_lut, pixel_array

warnings.simplefilter("ignore")


def theirs(path):
    """Stored values and pictures as [frames, height, width, samples], None for the latter where
    pydicom has no view of the file; or the reason why pydicom refuses."""
    try:
        dataset = pydicom.dcmread(path, force=True)
        if not getattr(dataset.file_meta, "TransferSyntaxUID", None):
            dataset.file_meta.TransferSyntaxUID = {
                (False, True): pydicom.uid.ExplicitVRLittleEndian,
                (False, False): pydicom.uid.ExplicitVRBigEndian,
            }.get(dataset.original_encoding, pydicom.uid.ImplicitVRLittleEndian)
        raw = pixel_array(dataset, raw=True)
        frames = int(dataset.get("NumberOfFrames") or 1)
        samples = int(dataset.SamplesPerPixel)
        shape = (frames, int(dataset.Rows), int(dataset.Columns), samples)
        stored = raw.reshape(shape).astype(np.int64)
        if samples == 3:
            # Colours converted, then the 8 highest bits.
            picture = pixel_array(dataset).reshape(shape)
            bits = int(dataset.BitsStored)
            return stored, (picture >> (bits - 8)).astype(np.int64)
        grey = view(dataset, raw, frames)
        if dataset.PhotometricInterpretation == "PALETTE COLOR":
            return stored, grey.reshape(*shape[:3], 3)
        return stored, grey.reshape(shape)[..., [0, 0, 0]]
    except Exception as error:  # whatever pydicom raises is its refusal
        return str(error).split("\n")[0], None


def view(dataset, raw, frames):
    """Levels in floating point, by the file's own view, else between each frame's extremes."""
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        colour = pydicom.pixels.apply_color_lut(raw, dataset)
        return (colour >> (8 * colour.dtype.itemsize - 8)).astype(float)
    values = apply_modality_lut(raw, dataset)
    if "VOILUTSequence" in dataset:
        out = apply_voi_lut(values, dataset)
        low, high = 0, 2 ** dataset.VOILUTSequence[0].LUTDescriptor[2] - 1
    elif "WindowCenter" in dataset:
        out = apply_voi_lut(values, dataset)
        low, high = output_range(dataset)
    else:
        out = values.astype(float).reshape(frames, *values.shape[-2:])
        counted = np.ma.masked_array(out, padding(dataset, raw).reshape(out.shape))
        low, high = counted.min((1, 2), keepdims=True), counted.max((1, 2), keepdims=True)
        if dataset.BitsAllocated <= 8:
            low, high = 0, 2 ** dataset.BitsStored - 1
    grey = (out - low) / np.maximum(high - low, 1e-300) * 255
    grey = 255 - grey if dataset.PhotometricInterpretation == "MONOCHROME1" else grey
    return np.where(padding(dataset, raw).reshape(grey.shape), 0, grey)


def padding(dataset, raw):
    """Where PixelPaddingValue stands, or anything between it and PixelPaddingRangeLimit."""
    if "PixelPaddingValue" not in dataset:
        return np.zeros(raw.shape, bool)
    ends = [dataset.PixelPaddingValue, dataset.get("PixelPaddingRangeLimit", dataset.PixelPaddingValue)]
    return (raw >= min(ends)) & (raw <= max(ends))


def output_range(dataset):
    """The range that pydicom's apply_windowing maps to."""
    bits = int(dataset.BitsStored)
    low, high = (0, 2**bits - 1) if dataset.PixelRepresentation == 0 else (
        -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if "RescaleSlope" in dataset:
        slope, shift = float(dataset.RescaleSlope), float(dataset.RescaleIntercept)
        low, high = low * slope + shift, high * slope + shift
    return low, high


def ours(program, paths, folder):
    output = subprocess.run(
        [program, folder, *map(str, paths)], check=True, capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in output.splitlines()]
    assert len(rows) == len(paths)
    return rows


def pixels(row, stem, samples):
    shape = (row["frames"], row["height"], row["width"])
    stored = np.fromfile(f"{stem}.stored", "<i8").reshape(*shape, samples)
    return stored, np.fromfile(f"{stem}.rgb", np.uint8).reshape(*shape, 3).astype(np.int64)


def main():
    program = sys.argv[1]
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pydicom.__file__).resolve()
    if root.is_file():
        root = root.parent / "data"
    paths = sorted(path for path in root.rglob("*")
                   if path.is_file() and path.suffix not in (".py", ".pyc"))
    counts = dict(equal=0, near=0, refused_by_both=0, only_ours=0, bad=0)
    with tempfile.TemporaryDirectory() as folder:
        for number, (path, row) in enumerate(zip(paths, ours(program, paths, folder))):
            kind, text = judge(path, row, f"{folder}/{number}")
            counts[kind] += 1
            if kind != "equal":
                print(f"{kind:16} {path.relative_to(root)}: {text}")
    print(f"{len(paths)} files:", ", ".join(f"{kind} {count}" for kind, count in counts.items()))
    sys.exit(counts["bad"] > 0)


def judge(path, row, stem):
    stored, picture = theirs(path)
    if "error" in row:
        if isinstance(stored, str):
            return "refused_by_both", row["error"]
        return "bad", f"pydicom reads it, here: {row['error']}"
    if row.get("format") == "other":
        return "refused_by_both", "another format"
    if isinstance(stored, str):
        return "only_ours", f"pydicom: {stored[:100]}"
    mine, shown = pixels(row, stem, stored.shape[-1])
    if mine.shape != stored.shape:
        return "bad", f"shape {mine.shape}, pydicom {stored.shape}"
    off = int(np.abs(mine - stored).max())
    seen = float(np.abs(shown - picture).max())
    text = f"stored differ by {off}, pictures by {seen:.2f} ({row['syntax']}, view {row['view']})"
    if off == 0:
        return ("equal" if seen <= 1 else "bad"), text
    # Inverse cosine transforms and the upsampling of colours differ between JPEG libraries.
    lossy = row["syntax"] == "JPEG"
    return ("near" if lossy else "bad"), text


if __name__ == "__main__":
    main()
