"""Whole files to begin with: the tests' fixtures, pydicom's own test files, and made-up tables."""
import base64
import gzip
import hashlib
import json
import pathlib

LARGEST = 300_000


def fixtures(root):
    """Files of `Tests/ImagingTests/Fixtures`: {kind: {name: bytes}}."""
    folder = root / "Tests/ImagingTests/Fixtures"
    stored = []
    for name in ("images", "dicom", "exif", "volumes", "colours"):
        content = json.loads((folder / f"{name}.json").read_text())
        lists = [content] if isinstance(content, list) else \
            [part for part in content.values() if isinstance(part, list)]
        stored += [(f"{name}: {case['name']}", base64.b64decode(case["file"]))
                   for part in lists for case in part]
    seeds = {"jpeg": {}, "png": {}, "dicom": {}, "nifti": {}, "nifti.gz": {}}
    for name, data in stored:
        kind = kind_of(data)
        if kind:
            seeds[kind][name] = data
    for name, data in list(seeds["nifti"].items()):
        seeds["nifti.gz"][f"{name}, packed"] = gzip.compress(data, 6, mtime=0)
    return seeds


def kind_of(data):
    for start, kind in ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG", "png"), (b"\x1f\x8b", "nifti.gz")):
        if data.startswith(start):
            return kind
    if data[344:348] == b"n+1\0":
        return "nifti"
    is_dicom = data[128:132] == b"DICM" or data[:2] in (b"\x02\0", b"\x08\0")
    return "dicom" if is_dicom else None


def folder_of_dicom(path):
    """DICOM files below a folder, such as pydicom's `data`."""
    found = sorted(file for file in path.rglob("*") if file.is_file())
    small = [(file, file.read_bytes()) for file in found if file.stat().st_size <= LARGEST]
    return {f"{path.name}: {file.relative_to(path)}": data for file, data in small
            if kind_of(data) == "dicom"}


MANIFESTS = {
    "plain.csv": "path,label\na/1.png,cat\na/2.png,dog\nb/3.png,cat\n",
    "quoted.csv": 'path,label,patient,split\r\na/1.png,"x, ""y""",P1,train\r\n'
                  'b.png,"z\nw",P2,val\r\n./c.png,v,P3,test\r\n',
    "captions.tsv": "\ufefffile\tcaption\tgroup\n1.png\tgröße 肺\tA\n\n2.png\t\"q\"\t\n",
    "old.csv": "filename;class;split\r1.png;a;test\r2.png;b;train\r",
    "wide.tsv": "image_path\tage\tlabel\tpatient_id\tsplit\tsite\n" + "".join(
        f"s/{i}.jpg\t{20 + i}\tclass {i % 3}\tP{i // 2}\t{('train', 'val', 'test')[i % 3]}\tX\n"
        for i in range(12)),
    "same.csv": "path,label\na.png,x\na.png,y\n../a.png,z\n/b.png,x\n,\n",
}


def tables(images):
    """Data sets, {name: {file: bytes}}: one as `cambium prepare` writes it, whole and in shards,
    one of captions, one of another program."""
    rows = [(f"c{i % 3}/P{i // 2}_{i}.jpg", data) for i, data in enumerate(images)]
    sets = {"ours": {}, "shards": {}, "captions": {}, "theirs": {}}
    for split, part in (("train", rows[:6]), ("validation", rows[6:8]), ("test", rows[8:10])):
        pictures = [f"{key}\t{base64.b64encode(data).decode()}\n" for key, data in part]
        texts = [f"{key}\t{json.dumps(label(key))}\n" for key, _ in part]
        for name in ("ours", "theirs"):
            add(sets[name], f"{split}_images", pictures)
            add(sets[name], f"{split}_text", texts)
        for number in range(2):
            shard = f"-0000{number}-of-00002"
            add(sets["shards"], f"{split}_images{shard}", pictures[number::2])
            add(sets["shards"], f"{split}_text{shard}", texts[number::2])
        add(sets["captions"], f"{split}_images", pictures)
        add(sets["captions"], f"{split}_text", [f"{key}\ta picture of {key}\n" for key, _ in part])
    for name in ("ours", "shards"):
        sets[name]["unique_texts.txt"] = b"class 0\nclass 1\nclass 2\n"
        sets[name]["groups.tsv"] = "".join(
            f"{key}\t{key[3:5]}\n" for key, _ in rows[:10]).encode()
        sets[name]["dataset.json"] = json.dumps(manifest(sets[name]), indent=2).encode()
    theirs = sets["theirs"]
    theirs["unique_texts.txt"] = b"class 0\r\nclass 1\r\nclass 2\r\n"
    for name in [name for name in theirs if name.endswith(".lineidx")]:
        del theirs[name]
    for name in [name for name in theirs if name.endswith("_text.tsv")]:
        theirs[name] = theirs[name].replace(b'"', b'""').replace(b"\t{", b'\t"{') \
            .replace(b"}\n", b'}"\r\n')
    return sets


def label(key):
    number = int(key[1])
    return {"class_id": number + 1, "class_name": f"class {number}", "source": "folder",
            "task": "classification"}


def add(files, stem, lines):
    rows, offset, offsets = [line.encode() for line in lines], 0, []
    for row in rows:
        offsets.append(f"{offset}\n")
        offset += len(row)
    files[f"{stem}.tsv"] = b"".join(rows)
    files[f"{stem}.lineidx"] = "".join(offsets).encode()


def manifest(files):
    classes = [{"class_id": i + 1, "class_name": f"class {i}",
                "counts": {"test": 1, "total": 4, "train": 2, "validation": 1}} for i in range(3)]
    return {
        "classes": classes, "counts": {"test": 2, "total": 10, "train": 6, "validation": 2},
        "exif_orientation": False, "first_class_id": 1, "intensity": {"kind": "auto"},
        "files": {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                  for name, data in sorted(files.items())},
        "image": {"format": "jpeg", "height": 16, "quality": 95, "width": 16},
        "name": "folder", "schema_version": 1, "shards": 1,
        "split": {"group_by": "prefix:_", "rule": "grouped", "seed": 42}}


def folder(path):
    return {file.name: file.read_bytes() for file in sorted(pathlib.Path(path).iterdir())}
