"""A served model, through ``POST /score``."""

from __future__ import annotations

import json
import random
import socket
import ssl
import time
import urllib.error
import urllib.request
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

_AGAIN = {429, 502, 503, 504}


class ScoreClient:
    """Asks ``cambium serve``, or any server that takes the embedding endpoint's requests.

    A busy server (429, 502, 503, 504) and a broken connection are tried again, after what the
    server's Retry-After says or a time that doubles, ``retries`` times at most.
    """

    #: Rows of one request.
    batch = 32

    def __init__(
        self,
        url: str,
        token: Optional[str] = None,
        timeout: float = 60.0,
        retries: int = 5,
        context: Optional[ssl.SSLContext] = None,
    ) -> None:
        """``url`` is the server's address, or that of its ``/score``."""
        trimmed = url.rstrip("/")
        self.url = trimmed if trimmed.endswith("/score") else f"{trimmed}/score"
        self._token = token
        self._timeout = timeout
        self._retries = retries
        self._context = context

    def embed(
        self,
        images: Sequence[Image] = (),
        texts: Sequence[str] = (),
        standardization: Optional[Standardization] = None,
    ) -> Embeddings:
        """Embeddings of images and texts, which need not belong together."""
        errors: Dict[int, RowError] = {}
        image_rows: List[Optional[List[float]]] = []
        text_rows: List[Optional[List[float]]] = []
        scale: Optional[float] = None
        params = {"get_scaling_factor": True, **_params(standardization)}
        for start in range(0, len(images), self.batch):
            part = images[start : start + self.batch]
            answer = self.ask([[encoded(image), ""] for image in part], params)
            scale = answer.get("scaling_factor", scale)
            image_rows += _rows(answer, "image_features", len(part))
            _collect(answer, start, errors)
        for start in range(0, len(texts), self.batch):
            words = texts[start : start + self.batch]
            answer = self.ask([["", text] for text in words], params)
            scale = answer.get("scaling_factor", scale)
            text_rows += _rows(answer, "text_features", len(words))
            failed: Dict[int, RowError] = {}
            _collect(answer, start, failed)
            for error in failed.values():
                raise CambiumError(f"text {error.row}: {error.message}", error.code)
        return Embeddings(image_rows, text_rows, scale, errors)

    def classify(
        self, images: Sequence[Image], standardization: Optional[Standardization] = None
    ) -> Classification:
        """Class probabilities of images."""
        errors: Dict[int, RowError] = {}
        rows: List[Optional[List[Prediction]]] = []
        params = {"get_scaling_factor": False, **_params(standardization)}
        for start in range(0, len(images), self.batch):
            part = images[start : start + self.batch]
            answer = self.ask([[encoded(image), ""] for image in part], params)
            if "labels" not in answer and answer.get("image_features"):
                raise CambiumError(f"{self.url}: serves an encoder without classes", "no_classes")
            labels = answer.get("labels", [])
            numbers = answer.get("class_ids", list(range(1, len(labels) + 1)))
            for scores in _rows(answer, "probabilities", len(part)):
                rows.append(None if scores is None else _predictions(numbers, labels, scores))
            _collect(answer, start, errors)
        return Classification(rows, errors)

    def ask(self, rows: List[List[str]], params: Dict[str, Any]) -> Dict[str, Any]:
        """The answer to rows of image (base64) and text, as one object of lists."""
        body = json.dumps(
            {
                "input_data": {
                    "columns": ["image", "text"],
                    "index": list(range(len(rows))),
                    "data": rows,
                },
                "params": {**params, "response": "object"},
            }
        ).encode("ascii")
        answer = json.loads(self._post(body))
        if not isinstance(answer, dict):
            raise CambiumError(f"{self.url}: answered no object", "protocol")
        return answer

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        for attempt in range(self._retries + 1):
            request = urllib.request.Request(self.url, body, headers, method="POST")
            wait: Optional[float] = None
            try:
                with urllib.request.urlopen(
                    request, timeout=self._timeout, context=self._context
                ) as response:
                    return bytes(response.read())
            except urllib.error.HTTPError as error:
                failure = _failure(self.url, error)
                if error.code not in _AGAIN:
                    raise failure from error
                wait = _retry_after(error)
            except (urllib.error.URLError, ConnectionError, socket.timeout) as error:
                failure = CambiumError(f"{self.url}: {getattr(error, 'reason', error)}", "network")
            if attempt == self._retries:
                break
            time.sleep(wait if wait is not None else min(2.0**attempt, 30) * random.uniform(0.5, 1))
        raise failure


def _params(standardization: Optional[Standardization]) -> Dict[str, Any]:
    if standardization is None:
        return {}
    return {
        "image_standardization_image_size": standardization.size,
        "image_standardization_jpeg_compression_ratio": standardization.quality,
    }


def _rows(answer: Dict[str, Any], name: str, count: int) -> List[Any]:
    rows = answer.get(name)
    if rows is None:
        return [None] * count
    if not isinstance(rows, list) or len(rows) != count:
        raise CambiumError(f"{name}: {count} rows were asked for", "protocol")
    return rows


def _collect(answer: Dict[str, Any], start: int, errors: Dict[int, RowError]) -> None:
    for entry in answer.get("errors", []):
        row = start + int(entry["row"])
        errors[row] = RowError(row, str(entry.get("message", "")), str(entry.get("code", "image")))


def _predictions(
    numbers: List[int], labels: List[str], scores: List[float]
) -> List[Prediction]:
    made = [Prediction(*entry) for entry in zip(numbers, labels, scores)]
    return sorted(made, key=lambda prediction: -prediction.score)


def _retry_after(error: urllib.error.HTTPError) -> Optional[float]:
    try:
        return min(max(float(error.headers.get("Retry-After", "")), 0.0), 120.0)
    except ValueError:
        return None


def _failure(url: str, error: urllib.error.HTTPError) -> CambiumError:
    code, message = "http", error.reason
    try:
        told = json.loads(error.read())["error"]
        code, message = str(told["code"]), str(told["message"])
        if told.get("where"):
            message = f"{told['where']}: {message}"
    except (ValueError, KeyError, TypeError):
        pass
    return CambiumError(f"{url}: {error.code}: {message}", code, error.code)
