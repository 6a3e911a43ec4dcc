"""Packs a built program for machines without Swift: wheel.py --build FOLDER [--out FOLDER]

Writes cambium-VERSION-py3-none-manylinux_2_NN_x86_64.whl and the same files as
cambium-VERSION-linux-x86_64.tar.gz. FOLDER holds a build with CAMBIUM_PORTABLE and Swift's runtime
linked statically (`make wheel`). The libraries that the program asks for are copied beside it,
where its RPATH $ORIGIN looks first, but for those that torch brings or needs itself.
"""

import argparse
import base64
import csv
import gzip
import hashlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

root = pathlib.Path(__file__).resolve().parent.parent

# Every machine that runs torch has these: glibc's own, and the C++ runtime that torch asks for.
of_the_system = re.compile(
    r"(ld-linux-x86-64|libc|libm|libdl|librt|libpthread|libutil|libresolv|libgcc_s|libstdc\+\+)\.so"
)
of_torch = re.compile(r"lib(torch|c10|gomp|cuda|cu|nccl|nv)")

# The first glibc among the manylinux platforms that comes with a C++ runtime of this version.
glibc_of_runtime = {19: 17, 22: 24, 24: 26, 28: 31, 29: 34, 30: 35, 33: 39}

# All members have one date, so that the same build gives the same bytes.
date = (1980, 1, 1, 0, 0, 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=root / "dist")
    options = parser.parse_args()
    deps = pathlib.Path(os.environ.get("CAMBIUM_DEPS", root / ".deps"))
    with tempfile.TemporaryDirectory() as work:
        files = stage(options.build, deps, pathlib.Path(work))
        version = run(options.build / "cambium", "--version").strip()
        tag = platform([path for path in files.values() if is_elf(path)])
        licences = gather_licences(options.build.parent / "checkouts", deps, files)
        options.out.mkdir(parents=True, exist_ok=True)
        for old in options.out.glob("cambium-*"):
            old.unlink()
        write_wheel(options.out, version, tag, files, licences)
        write_archive(options.out, version, files, licences)


def fail(text):
    sys.exit(f"wheel: error: {text}")


def run(*command):
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except FileNotFoundError:
        fail(f"no {command[0]} here; install it (Debian: apt-get install -y binutils) and try again")
    except subprocess.CalledProcessError as error:
        fail(f"{' '.join(map(str, command))}: {error.stderr.strip()}")


# ---------------------------------------------------------------- what goes in


def stage(build, deps, work):
    """What the folder of the program holds: names, and copies without what debuggers want."""
    built = ["cambium", "libCambiumTorch.so"]
    if (build / "libCambiumNCCL.so").exists():
        built.append("libCambiumNCCL.so")
    for name in built:
        if not (build / name).exists():
            fail(f"no {build / name}; `make wheel` builds it")
        run("strip", "--strip-unneeded", "-o", work / name, build / name)
        check_places(work / name)
    files = {name: work / name for name in built}
    for name, path in sorted(libraries(files.values()).items()):
        shutil.copyfile(path, work / name)
        files[name] = work / name
    vocabulary = "bpe_simple_vocab_16e6.txt"
    files[vocabulary] = deps / "clip" / vocabulary
    return files


def dynamic(path):
    """What the loader reads of a library: what it needs, where it looks, versions of symbols."""
    return run("objdump", "-p", path)


def check_places(path):
    places = re.findall(r"(?:RPATH|RUNPATH) +(\S+)", dynamic(path))
    wrong = [place for text in places for place in text.split(":") if place != "$ORIGIN"]
    if wrong:
        fail(f"{path.name} looks for libraries in {', '.join(wrong)}, which is of this machine")


def libraries(paths):
    """Names and places of the libraries that go along, also of those that those need."""
    known = {}
    for line in run("/sbin/ldconfig", "-p").splitlines():
        match = re.match(r"\s+(\S+) \(libc6,x86-64[^)]*\) => (\S+)", line)
        if match:
            known.setdefault(match[1], match[2])
    found, waiting = {}, list(paths)
    while waiting:
        path = waiting.pop()
        for name in re.findall(r"NEEDED +(\S+)", dynamic(path)):
            if of_the_system.match(name) or of_torch.match(name) or name in found:
                continue
            if name not in known:
                fail(f"{pathlib.Path(path).name} needs {name}, which this machine does not know")
            found[name] = known[name]
            waiting.append(known[name])
    return found


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def platform(paths):
    """The oldest manylinux platform that has every version of a symbol that is asked for."""
    glibc, reasons = 17, []
    for path in paths:
        text = dynamic(path)
        asked = [int(minor) for minor in re.findall(r"\bGLIBC_2\.(\d+)", text)]
        for minor in re.findall(r"\bGLIBCXX_3\.4\.(\d+)", text):
            fitting = [glibc_of_runtime[one] for one in glibc_of_runtime if one >= int(minor)]
            if not fitting:
                fail(f"{path.name} needs GLIBCXX_3.4.{minor}, newer than any platform known here")
            asked.append(min(fitting))
        reasons.append(f"{path.name} 2.{max(asked, default=17)}")
        glibc = max(glibc, *asked) if asked else glibc
    print(f"wheel: glibc asked for: {', '.join(reasons)}")
    return f"manylinux_2_{glibc}_x86_64"


# ---------------------------------------------------------------- licences


def gather_licences(checkouts, deps, files):
    """Texts of the licences of what is inside, by name."""
    swift = pathlib.Path(shutil.which("swift")).resolve().parent.parent
    found = {"swift/LICENSE.txt": swift / "share" / "swift" / "LICENSE.txt"}
    for folder in sorted(checkouts.iterdir()):
        texts = [
            path
            for path in sorted(folder.iterdir())
            if re.match(r"(LICENSE|LICENCE|NOTICE|CONTRIBUTORS)\b", path.name) and path.is_file()
        ]
        if not any(path.name.startswith("LICEN") for path in texts):
            fail(f"{folder} has no licence")
        for path in texts:
            found[f"{folder.name}/{path.name}"] = path
    found["clip-vocabulary/LICENSE"] = deps / "clip" / "LICENSE"
    for name in files:
        if ".so." in name:
            package = owner(name)
            found[f"{package}/copyright"] = pathlib.Path("/usr/share/doc", package, "copyright")
    for path in found.values():
        if not path.exists():
            fail(f"no licence at {path}")
    return found


def owner(library):
    """The Debian package that a library of this machine came with."""
    if shutil.which("dpkg") is None:
        fail("no dpkg here, which says under which licence a library stands; build on Debian")
    lines = run("dpkg", "-S", f"*/{library}").splitlines()
    packages = {line.split(":")[0] for line in lines}
    if len(packages) != 1:
        fail(f"{library} belongs to {', '.join(sorted(packages)) or 'no package'}")
    return packages.pop()


# ---------------------------------------------------------------- the two files


def write_wheel(out, version, tag, files, licences):
    name = f"cambium-{version}-py3-none-{tag}.whl"
    info = f"cambium-{version}.dist-info"
    members = {f"cambium_program/bin/{name}": path.read_bytes() for name, path in files.items()}
    for package in ("cambium_program", "cambium_client"):
        for path in sorted((root / "python" / package).iterdir()):
            if path.suffix == ".py" or path.name == "py.typed":
                members[f"{package}/{path.name}"] = path.read_bytes()
    for member, path in licences.items():
        members[f"{info}/licenses/{member}"] = path.read_bytes()
    members[f"{info}/METADATA"] = metadata(version).encode()
    members[f"{info}/WHEEL"] = (
        "Wheel-Version: 1.0\nGenerator: cambium scripts/wheel.py\n"
        f"Root-Is-Purelib: false\nTag: py3-none-{tag}\n"
    ).encode()
    members[f"{info}/entry_points.txt"] = (
        b"[console_scripts]\ncambium = cambium_program:main\n"
    )
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    for member, data in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        rows.writerow([member, f"sha256={digest}", len(data)])
    rows.writerow([f"{info}/RECORD", "", ""])
    members[f"{info}/RECORD"] = record.getvalue().encode()
    with zipfile.ZipFile(out / name, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member, data in members.items():
            entry = zipfile.ZipInfo(member, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100000 | mode(member)) << 16
            archive.writestr(entry, data)
    report(out / name)


def metadata(version):
    return "\n".join(
        [
            "Metadata-Version: 2.1",
            "Name: cambium",
            f"Version: {version}",
            "Summary: Grafts a hospital's own labels onto a medical image-text foundation model",
            "Requires-Python: >=3.9",
            "Requires-Dist: torch==2.11.0",
            "Description-Content-Type: text/plain",
            "",
            "The program cambium with its libraries, which needs no Swift, and cambium_client, its",
            "client for Python. libtorch is the one of the wheel torch, built for the processor or",
            "for CUDA. Licences of what is inside are in this package's folder `licenses`.",
            "",
        ]
    )


def write_archive(out, version, files, licences):
    top = f"cambium-{version}-linux-x86_64"
    members = {f"bin/{name}": path.read_bytes() for name, path in files.items()}
    members.update({f"licenses/{name}": path.read_bytes() for name, path in licences.items()})
    members["README"] = (
        b"Needs the folder `torch` of an installed or unpacked wheel torch 2.11.0:\n\n"
        b"    export CAMBIUM_TORCH=/path/to/torch\n"
        b"    bin/cambium doctor\n"
    )
    with (
        open(out / f"{top}.tar.gz", "wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for member, data in sorted(members.items()):
            entry = tarfile.TarInfo(f"{top}/{member}")
            entry.size, entry.mode = len(data), mode(member)
            archive.addfile(entry, io.BytesIO(data))
    report(out / f"{top}.tar.gz")


def mode(member):
    return 0o755 if member.endswith("bin/cambium") or ".so" in member else 0o644


def report(path):
    print(f"wheel: {path} ({path.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
