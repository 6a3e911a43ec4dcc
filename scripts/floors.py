"""Draws the floors of the house and checks the page about them.

    floors.py --write     draws docs/images/floors.svg from Package.swift
    floors.py             says what has drifted, and ends with status 1: the picture; a declared
                          edge that no file imports; a target without a line in
                          docs/architecture.md; a file named there or in CONTRIBUTING.md that is
                          not in the tree
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

import layers

root = pathlib.Path(__file__).resolve().parent.parent
picture = root / "docs/images/floors.svg"
page = root / "docs/architecture.md"
importing = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|typealias|var|let)\s+)?(\w+)",
    re.MULTILINE,
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    targets = described()
    drawing = layers.draw(floors(targets), "The targets of Cambium, and what each stands on")
    if options.write:
        picture.write_text(drawing, encoding="utf-8")
    faults = [*unused(targets), *unnamed(targets), *missing()]
    if not picture.exists() or picture.read_text(encoding="utf-8") != drawing:
        faults.append("docs/images/floors.svg is not what Package.swift says: make picture")
    for fault in faults:
        print(f"floors: error: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


def described():
    """The targets of Package.swift by name, as SwiftPM reads it on a machine without a GPU."""
    text = subprocess.run(
        ["swift", "package", "--manifest-cache", "none", "dump-package"],
        cwd=root, check=True, capture_output=True, text=True,
    ).stdout
    return {
        target["name"]: {
            "kind": target["type"],
            "folder": root / (target.get("path") or default_folder(target)),
            "edges": [edge(dependency) for dependency in target["dependencies"]],
        }
        for target in json.loads(text)["targets"]
        # Only where CUDA's headers are, and nothing stands on it.
        if target["name"] != "CCambiumNCCL"
    }


def default_folder(target):
    return f"{'Tests' if target['type'] == 'test' else 'Sources'}/{target['name']}"


def edge(dependency):
    return next(iter(dependency.values()))[0]


def floors(targets):
    """What the program is made of: names without their prefix, and what each stands on."""
    shown = {
        name: target
        for name, target in targets.items()
        if target["folder"].is_relative_to(root / "Sources")
    }
    return {
        short(name): [short(edge) for edge in target["edges"] if edge in shown]
        for name, target in shown.items()
    }


def short(name):
    return re.sub(r"^(C?)Cambium", r"\1", name)


def unused(targets):
    """Edges that are declared and that no file imports."""
    for name, target in targets.items():
        sources = list(target["folder"].rglob("*.swift"))
        # A test may use all that its target does; C says in headers what it includes.
        if target["kind"] == "test" or not sources:
            continue
        imported = set()
        for path in sources:
            imported.update(importing.findall(path.read_text(encoding="utf-8")))
        for edge in target["edges"]:
            if edge not in imported:
                yield f"{name} declares {edge} in Package.swift and no file of it imports that"


def unnamed(targets):
    """Targets without a line of their own, and lines of targets that are gone."""
    lines = re.findall(r"^\| `([\w-]+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    known = {short(name) for name, target in targets.items() if target["kind"] != "test"}
    for name in sorted(known - set(lines)):
        yield f"docs/architecture.md has no line for the target {name}"
    for name in sorted(set(lines) - known - {"CTorchNCCL", "CNCCL"}):
        yield f"docs/architecture.md has a line for {name}, which is no target"
    for name in sorted({name for name in lines if lines.count(name) > 1}):
        yield f"docs/architecture.md has more than one line for {name}"


def missing():
    """Files that a page names and that are not in the tree, by their path or its end."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True,
    ).stdout.splitlines()
    known = set()
    for path in listed:
        if (root / path).exists():
            parts = path.split("/")
            for start in range(len(parts)):
                for end in range(start + 1, len(parts) + 1):
                    known.add("/".join(parts[start:end]))
    for document in (page, root / "CONTRIBUTING.md"):
        text = document.read_text(encoding="utf-8")
        for name in re.findall(r"`([\w.+-]+(?:/[\w.+-]+)*/?)`", text):
            is_path = "/" in name or re.search(r"\.(swift|py|sh|h|c|cpp|md|yaml|css|js)$", name)
            if is_path and "NAME" not in name and name.rstrip("/") not in known:
                if not name.startswith((".", "dist/")):
                    yield f"{document.name} names {name}, which is not in the tree"


if __name__ == "__main__":
    main()
