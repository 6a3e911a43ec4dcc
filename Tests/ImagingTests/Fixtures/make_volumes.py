#!/usr/bin/env python3
"""Tiny NIfTI files of every type, byte order and orientation, and what nibabel makes of them.

usage: make_volumes.py > volumes.json
Pinned: nibabel==5.4.2, numpy==2.4.6. Each case: the file (base64), shape, zooms, affine, sha256 of
the float32 voxels (first axis fastest), the same for as_closest_canonical, sha256 of the middle
slice of each axis as numpy.rot90 shows it, and the grey levels of the last of them after the
window between the 1st and 99th percentile of the voxels above zero."""
import base64, gzip, hashlib, json, sys
import nibabel, numpy as np
from nibabel.affines import from_matvec
from nibabel.eulerangles import euler2mat

assert nibabel.__version__ == "5.4.2" and np.__version__ == "2.4.6"
random = np.random.default_rng(5)
cases = []


def sha(array, dtype="<f4"):
    return hashlib.sha256(np.asarray(array).astype(dtype).tobytes(order="F")).hexdigest()


def window(canonical, plane):
    values = np.asarray(canonical.dataobj).astype(np.float32)
    low, high = np.percentile(values[values > 0], [1, 99])
    grey = (np.clip((plane - low) / (high - low), 0, 1) * 255).astype(np.uint8)
    return {"low": float(low), "high": float(high), "grey": grey.flatten().tolist()}


def case(name, data):
    raw = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    image = nibabel.Nifti1Image.from_bytes(raw)
    canonical = nibabel.as_closest_canonical(image)
    values = np.asarray(canonical.dataobj).astype(np.float32)
    slices = [np.rot90(np.moveaxis(values, axis, 0)[values.shape[axis] // 2]) for axis in range(3)]
    cases.append({
        "name": name, "file": base64.b64encode(data).decode(), "shape": list(image.shape[:3]),
        "zooms": [float(z) for z in image.header.get_zooms()[:3]], "affine": image.affine[:3].tolist(),
        "voxels": sha(image.dataobj), "canonical_shape": list(values.shape[:3]), "canonical_affine": canonical.affine[:3].tolist(),
        "canonical_voxels": sha(values), "slices": [{"height": s.shape[0], "width": s.shape[1], "values": sha(s.T)} for s in slices],
        "window": window(canonical, slices[2])})


def volume(dtype, affine, shape=(5, 4, 3), slope=None, inter=None, order="<", qform=False, **codes):
    if np.dtype(dtype).kind == "f":
        data = random.normal(50, 60, shape).astype(dtype)
    else:
        info = np.iinfo(dtype)
        data = random.integers(max(info.min, -200), min(info.max, 3000) + 1, shape).astype(dtype)
        data.flat[0], data.flat[1] = info.min, info.max
    header = nibabel.Nifti1Header(endianness=order)
    header.set_data_dtype(np.dtype(dtype).newbyteorder(order))
    image = nibabel.Nifti1Image(data, affine, header)
    image.set_sform(affine, code=0 if qform else 1)
    image.set_qform(affine, code=1 if qform else 0)
    raw = bytearray(image.to_bytes())
    if slope is not None:
        raw[112:120] = np.array([slope, inter], order + "f4").tobytes()
    return bytes(raw)


plain = from_matvec(np.diag([1.0, 1.5, 2.0]), [-3, -4, 5])
for dtype in ("u1", "i1", "i2", "u2", "i4", "u4", "f4", "f8"):
    case(f"{dtype} little endian", volume(dtype, plain))
    case(f"{dtype} big endian", volume(dtype, plain, order=">"))
case("i2 with slope and intercept", volume("i2", plain, slope=0.37, inter=-12.5))
case("u1 with slope and intercept, big endian", volume("u1", plain, slope=2, inter=1, order=">"))
case("u1 with slope 0", volume("u1", plain, slope=0, inter=7))
case("u1 with slope nan", volume("u1", plain, slope=float("nan"), inter=float("nan")))
case("u1 gzip", gzip.compress(volume("u1", plain), mtime=0))
two = volume("f4", plain)
case("f4 gzip in two members", gzip.compress(two[:400], mtime=0) + gzip.compress(two[400:], mtime=0))
for name, matrix in {
        "LPI": np.diag([-1.0, -1, -1]), "LAS": np.diag([-2.0, 1, 1]), "PSR": np.array([[0, 0, 1.0], [-2, 0, 0], [0, 3, 0]]),
        "SAL": np.array([[0, 0, -1.0], [0, 1, 0], [2, 0, 0]]), "AIL": np.array([[0, 0, -1.0], [1, 0, 0], [0, -1, 0]]),
        "oblique": euler2mat(0.4, -0.3, 0.6) @ np.diag([1, -2, 1.5]), "sheared": np.array([[1, 0.6, 0.1], [0.2, -1, 0.5], [0, 0.3, 1.2]]),
        "at 45 degrees": np.array([[0.7, -0.7, 0], [0.7, 0.72, 0], [0, 0, 1]])}.items():
    case(f"sform {name}", volume("u1", from_matvec(matrix, [1, 2, 3])))
    if name != "sheared":
        case(f"qform {name}", volume("i2", from_matvec(matrix, [1, 2, 3]), qform=True))
neither = bytearray(volume("u1", plain))
neither[252:256] = bytes(4)
case("neither sform nor qform", bytes(neither))
case("one slice", volume("u1", plain, shape=(5, 4, 1)))
# 32767 x 400 x 40 voxels promised, 60 present: more than gzip could pack into so few bytes
lie = bytearray(volume("u1", plain))
lie[42:48] = np.array([32767, 400, 40], "<i2").tobytes()
lying = base64.b64encode(gzip.compress(bytes(lie), mtime=0)).decode()
json.dump({"nibabel": nibabel.__version__, "cases": cases, "lying_gzip": lying}, sys.stdout)
sys.stdout.write("\n")
