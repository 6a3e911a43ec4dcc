"""Writes three pictures of a table, evenly from its rows, as files: examples.py TABLE --out FOLDER."""

import argparse
import base64
import os


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    with open(options.table, encoding="utf-8") as file:
        rows = file.read().splitlines()
    os.makedirs(options.out)
    for row in rows[len(rows) // 6 :: max(1, len(rows) // 3)][:3]:
        key, image = row.split("\t")
        with open(os.path.join(options.out, key.replace("/", " - ") + ".jpg"), "wb") as file:
            file.write(base64.b64decode(image))


if __name__ == "__main__":
    main()
