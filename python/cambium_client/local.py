"""A bundle on this machine, through the program and a pipe."""

from __future__ import annotations

import os
import shutil
import sysconfig
from typing import Any, Dict, List, Optional, Sequence

from .answers import (
    CambiumError,
    Classification,
    Embeddings,
    Prediction,
    RowError,
    Standardization,
)
from .images import Image, encoded
from .pipe import BundleProgram, Path, ProgramError


class LocalClient:
    """Asks a bundle that a program on this machine has loaded; the program is started once.

    Results are those of ``cambium predict`` and ``cambium embed``. Use it in a ``with`` statement
    or call :meth:`close`; otherwise the program ends with the interpreter.
    """

    #: Images that go to the program at once.
    batch = 16

    def __init__(
        self, bundle: Path, program: Optional[Path] = None, device: Optional[str] = None
    ) -> None:
        arguments = [] if device is None else ["--device", device]
        try:
            self._program = BundleProgram(bundle, program or installed(), arguments)
            self.greeting = self._program.start()
        except ProgramError as error:
            raise CambiumError(str(error), "program") from error

    @property
    def labels(self) -> Dict[int, str]:
        """The classes' names by their numbers."""
        return {entry["class_id"]: entry["label"] for entry in self.greeting["labels"]}

    @property
    def scaling_factor(self) -> float:
        """The logarithm of the factor that turns cosines into logits."""
        return float(self.greeting["scaling_factor"])

    def embed(
        self,
        images: Sequence[Image] = (),
        texts: Sequence[str] = (),
        standardization: Optional[Standardization] = None,
    ) -> Embeddings:
        """Embeddings of images and texts."""
        vectors: List[Optional[List[float]]] = []
        errors: Dict[int, RowError] = {}
        for entry in self._images(images, standardization, {"embeddings": True}, errors):
            vectors.append(None if entry is None else entry["embedding"])
        rows: List[Optional[List[float]]] = []
        for start in range(0, len(texts), 256):
            rows += self._ask({"texts": list(texts[start : start + 256])})["texts"]
        return Embeddings(vectors, rows, self.scaling_factor, errors)

    def classify(
        self,
        images: Sequence[Image],
        standardization: Optional[Standardization] = None,
        operating_point: Optional[str] = None,
    ) -> Classification:
        """Class probabilities of images; ``operating_point`` names the thresholds that decide."""
        request = {} if operating_point is None else {"operating_point": operating_point}
        rows: List[Optional[List[Prediction]]] = []
        errors: Dict[int, RowError] = {}
        for entry in self._images(images, standardization, request, errors):
            rows.append(
                None
                if entry is None
                else [
                    Prediction(one["class_id"], one["label"], one["score"], one.get("present"))
                    for one in entry["predictions"]
                ]
            )
        return Classification(rows, errors)

    def close(self) -> None:
        """Ends the program."""
        self._program.close()

    def __enter__(self) -> "LocalClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _images(
        self,
        images: Sequence[Image],
        standardization: Optional[Standardization],
        request: Dict[str, Any],
        errors: Dict[int, RowError],
    ) -> List[Optional[Dict[str, Any]]]:
        if standardization is not None:
            settings = {"size": standardization.size, "quality": standardization.quality}
            request = {**request, "standardization": settings}
        rows: List[Optional[Dict[str, Any]]] = []
        for start in range(0, len(images), self.batch):
            part = [encoded(image) for image in images[start : start + self.batch]]
            for entry in self._ask({**request, "images": part})["images"]:
                if "error" in entry:
                    errors[len(rows)] = RowError(len(rows), entry["error"])
                rows.append(None if "error" in entry else entry)
        return rows

    def _ask(self, request: Dict[str, Any]) -> Dict[str, Any]:
        try:
            return self._program.ask(request)
        except ProgramError as error:
            raise CambiumError(str(error), "program") from error


def installed() -> Optional[str]:
    """The program of this environment where it is not activated, so that PATH does not have it."""
    if os.environ.get("CAMBIUM") or shutil.which("cambium"):
        return None
    path = os.path.join(sysconfig.get_path("scripts"), "cambium")
    return path if os.access(path, os.X_OK) else None
