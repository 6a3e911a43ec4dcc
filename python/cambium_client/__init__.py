"""A client for Cambium without dependencies: bundles on this machine and served models.

    from cambium_client import LocalClient, ScoreClient

    with LocalClient("bundle") as model:
        print(model.classify(["image.png"]).images[0])

    print(ScoreClient("http://127.0.0.1:8080").embed(["image.png"], ["x-ray chest"]).images[0])
"""

from .answers import (
    CambiumError,
    Classification,
    Embeddings,
    Prediction,
    RowError,
    Standardization,
)
from .http import ScoreClient
from .local import LocalClient

__all__ = [
    "CambiumError",
    "Classification",
    "Embeddings",
    "LocalClient",
    "Prediction",
    "RowError",
    "ScoreClient",
    "Standardization",
]
