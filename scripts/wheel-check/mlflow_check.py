"""Inside: the bundle by MLflow and by the Python client, which give what `predict --json` printed."""

import glob
import json

import mlflow
import pandas

from cambium_client import LocalClient


def main():
    images = sorted(glob.glob("/bench/pictures/*/[0-4].png"))
    with open("/bench/inside/predict.out", encoding="utf-8") as file:
        expected = [row["predictions"] for row in json.load(file)]
    model = mlflow.pyfunc.load_model("/bench/inside/bundle")
    data = [open(image, "rb").read() for image in images]
    answer = model.predict(pandas.DataFrame({"image": data}))
    assert list(answer["predictions"]) == expected, "MLflow answers otherwise"
    with LocalClient("/bench/inside/bundle") as client:
        rows = client.classify(images).images
    got = [[{"class_id": p.class_id, "label": p.label, "score": p.score} for p in row] for row in rows]
    assert got == expected, "the client answers otherwise"


if __name__ == "__main__":
    main()
