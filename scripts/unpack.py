"""Unpacks some members of the wheels in a folder: unpack.py FOLDER DESTINATION PATTERN...

A pattern is a shell pattern on the member's whole name. One that matches nothing is an error:
the wheel is not the one that was expected.
"""

import fnmatch
import os
import pathlib
import shutil
import sys
import zipfile


def main(folder, destination, patterns):
    unmatched = set(patterns)
    for wheel in sorted(pathlib.Path(folder).glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                found = [p for p in patterns if fnmatch.fnmatchcase(member.filename, p)]
                if found and not member.is_dir():
                    extract(archive, member, destination)
                    unmatched.difference_update(found)
    if unmatched:
        sys.exit(f"Error: no member matches {', '.join(sorted(unmatched))}")


def extract(archive, member, destination):
    target = os.path.join(destination, member.filename)
    if ".." in pathlib.PurePosixPath(member.filename).parts or member.filename.startswith("/"):
        sys.exit(f"Error: member {member.filename} leads out of its folder")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with archive.open(member) as source, open(target, "wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
