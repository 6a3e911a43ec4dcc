"""What a model answers, whichever way it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional

Vector = List[float]


class CambiumError(RuntimeError):
    """A question that has no answer; ``code`` is the server's word for why."""

    def __init__(self, message: str, code: str = "failed", status: Optional[int] = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class Prediction:
    """A class with its probability."""

    class_id: int
    label: str
    score: float
    #: Whether the class is present by an operating point; None where the likeliest class decides.
    present: Optional[bool] = None


@dataclass(frozen=True)
class RowError:
    """Why one image has no answer; the others of the same question have theirs."""

    row: int
    message: str
    code: str = "image"


@dataclass(frozen=True)
class Embeddings:
    """Vectors of length 1, one an image and one a text; None for an image that was refused."""

    images: List[Optional[Vector]]
    texts: List[Optional[Vector]]
    #: The logarithm of the factor that turns cosines into logits.
    scaling_factor: Optional[float]
    errors: Dict[int, RowError] = field(default_factory=dict)


@dataclass(frozen=True)
class Classification:
    """Classes an image, scores falling; None for an image that was refused."""

    images: List[Optional[List[Prediction]]]
    errors: Dict[int, RowError] = field(default_factory=dict)


@dataclass(frozen=True)
class Standardization:
    """The cloud endpoint's own way with an image before the model's: a square, JPEG, decoded."""

    size: int = 512
    quality: int = 75
