"""The usual program: the same tower in PyTorch behind FastAPI, for load.py.

    fastapi_server.py --config CONFIG.yaml --size 64 --port 8000

Weights are random: speed does not depend on them. Pinned: fastapi 0.165.0, uvicorn 0.54.0, and
what reference_model.py names."""
import argparse
import base64
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import fastapi
import numpy
import reference_model
import torch
import uvicorn
from PIL import Image
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--config", required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--port", type=int, required=True)
options = parser.parse_args()
torch.manual_seed(0)
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
configuration = reference_model.configuration(options.config)
spec = configuration["IMAGE_ENCODER"]["SPEC"]
tower = reference_model.ImageTower(spec).eval()
projection = nn.Linear(spec["DIM_EMBED"][-1], configuration["UNICL_MODEL"]["DIM_PROJECTION"], False)
mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
deviation = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
application = fastapi.FastAPI()


def pixels(text):
    image = Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB")
    image = image.resize((options.size, options.size), Image.Resampling.BICUBIC)
    values = torch.from_numpy(numpy.array(image)).permute(2, 0, 1) / 255
    return (values - mean) / deviation


@application.post("/score")
def score(body: dict):
    table = body["input_data"]
    column = table["columns"].index("image")
    batch = torch.stack([pixels(row[column]) for row in table["data"]])
    with torch.inference_mode():
        vectors = nn.functional.normalize(projection(tower(batch)), dim=-1)
    return {"image_features": vectors.tolist()}


@application.get("/healthz")
def health():
    return {"status": "alive"}


uvicorn.run(application, port=options.port, log_level="error", access_log=False)
