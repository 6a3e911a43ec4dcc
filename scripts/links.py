#!/usr/bin/env python3
"""Checks that what the documents name is there: relative links, headings, paths in backticks.

usage: links.py     (prints what is missing; status 1 where anything is)
"""
import pathlib
import re
import subprocess
import sys

ROOTS = ("Sources", "Tests", "docs", "scripts", "recipes", "Benchmarks", "Examples", "data-prep",
         "models", "python", ".ci")
# Names that stand for a name.
PLACEHOLDER = re.compile(r"NAME|<|\*|FOLDER|MODEL")


def heading(text):
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")


def missing(path, tracked, folders):
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text):
        if link.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = path if not name else pathlib.Path(*(path.parent / name).parts)
        target = pathlib.Path(str(target.resolve().relative_to(pathlib.Path.cwd())))
        if str(target) not in tracked | folders and str(target) != ".":
            yield f"{link} is not there"
        elif anchor and target.suffix == ".md":
            titles = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.M)
            if anchor not in map(heading, titles):
                yield f"{link}: no such heading"
    for name in re.findall(r"`([\w.-]+/[\w./-]+)`", text):
        name = name.rstrip("/")
        if PLACEHOLDER.search(name):
            continue
        if name.split("/")[0] in ROOTS and name not in tracked | folders:
            yield f"`{name}` is not there"
        elif name.endswith(".swift") and not any(
                known == name or known.endswith(f"/{name}") for known in tracked):
            yield f"`{name}` is not there"


def main():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], check=True,
        capture_output=True, text=True).stdout.splitlines()
    tracked = {name for name in listed if pathlib.Path(name).exists()}
    folders = {str(parent) for name in tracked for parent in pathlib.Path(name).parents}
    found = [f"{name}: {what}" for name in sorted(tracked) if name.endswith(".md")
             for what in missing(pathlib.Path(name), tracked, folders)]
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


main()
