"""MLflow's way into a Cambium bundle: ``mlflow.pyfunc.load_model(BUNDLE).predict(frame)``.

The frame has a column ``image``; each row holds an image file's bytes, the same bytes as
base64 (with or without line breaks), or the path of a file. Other columns are ignored.
The answer has one row an image, under the same index:

label, class_id, score    the likeliest class and its probability
probabilities             a list, in the order of the classes in bundle.json
predictions               a list of {class_id, label, score}, scores falling; where images may
                          have several classes also whether each is present

Parameters, as Microsoft's packaged classifiers take them: where
``image_standardization_jpeg_compression_ratio`` (theirs: 75) or
``image_standardization_image_size`` (theirs: 512) is given, every picture is first resized to that
square and compressed as JPEG of that quality, the one that is not given at Microsoft's value.
Without them, which is the default, pictures are prepared by the bundle's own recipe, that of its
training data.

The work is done by the program ``cambium``: the one that the environment variable CAMBIUM
names, else the one on PATH. It is started once, keeps the model, and is asked over a pipe.
"""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

import pandas

from cambium_pipe import BundleProgram, ProgramError

COLUMNS = ["label", "class_id", "score", "probabilities", "predictions"]
# One question's share of a frame.
ROWS = 16
RATIO = "image_standardization_jpeg_compression_ratio"
SIZE = "image_standardization_image_size"


class BundleError(ValueError):
    """A bundle, program or image that cannot be used; the message says which and why."""


def _load_pyfunc(path: str, model_config: dict | None = None) -> BundleModel:
    """Opens the bundle at ``path``; MLflow calls this."""
    return BundleModel(path)


class BundleModel:
    """A bundle that the program has checked to the last byte and loaded."""

    def __init__(self, path: str) -> None:
        self.path = Path(path).resolve()
        try:
            self.program = BundleProgram(self.path, arguments=["--mlflow"])
            labels = self.program.start()["labels"]
        except ProgramError as error:
            raise BundleError(str(error)) from error
        self.class_ids = [label["class_id"] for label in labels]

    def predict(self, frame: pandas.DataFrame, params: dict | None = None) -> pandas.DataFrame:
        """Classifies the images of the column ``image``."""
        if not isinstance(frame, pandas.DataFrame) or "image" not in frame.columns:
            raise BundleError("the input must be a pandas DataFrame with a column 'image'")
        request = {"standardization": standardization(params or {})}
        values = list(frame["image"])
        rows = []
        for start in range(0, len(values), ROWS):
            part = enumerate(values[start : start + ROWS], start)
            images = [encoded(value, row) for row, value in part]
            try:
                answer = self.program.ask({**request, "images": images})
            except ProgramError as error:
                raise BundleError(str(error)) from error
            for row, entry in enumerate(answer["images"], start):
                if "error" in entry:
                    raise BundleError(f"row {row}, column 'image': {entry['error']}")
                rows.append(self._row(entry["predictions"]))
        return pandas.DataFrame(rows, index=frame.index, columns=COLUMNS)

    def _row(self, predictions: list[dict]) -> tuple:
        scores = {entry["class_id"]: entry["score"] for entry in predictions}
        best = predictions[0]
        probabilities = [scores[class_id] for class_id in self.class_ids]
        return best["label"], best["class_id"], best["score"], probabilities, predictions


def standardization(params: dict) -> dict | None:
    """What is to be done to pictures first; None for nothing."""
    given = {name: params[name] for name in (RATIO, SIZE) if params.get(name) is not None}
    if not given:
        return None
    for name, value in given.items():
        if int(value) != value:
            raise BundleError(f"{name}: {value!r} is no whole number")
    return {"quality": int(given.get(RATIO, 75)), "size": int(given.get(SIZE, 512))}


def encoded(value: object, row: int) -> str:
    """One cell's image as base64."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, str):
        value = value.strip()
        if value and os.path.isfile(value):
            with open(value, "rb") as file:
                value = file.read()
        else:
            value = decoded(value, row)
    if not isinstance(value, (bytes, bytearray, memoryview)):
        got = "nothing" if pandas.isna(value) is True else f"a {type(value).__name__}"
        raise BundleError(
            f"row {row}, column 'image': holds {got}; give an image file's bytes, base64 "
            "of them, or its path"
        )
    if len(value) == 0:
        raise BundleError(f"row {row}, column 'image': is empty")
    return base64.b64encode(value).decode("ascii")


def decoded(text: str, row: int) -> bytes:
    """The bytes of base64 text, whose line breaks do not count."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        shown = text if len(text) <= 60 else f"{text[:60]}..."
        raise BundleError(
            f"row {row}, column 'image': {shown!r} is neither base64 nor an existing file"
        ) from error
