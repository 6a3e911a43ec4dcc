"""Whether the server answers what the commands compute: every image of a table alone, in batches,
shuffled and from several clients at once, beside `cambium predict --json` and `cambium embed`.

    equality.py CAMBIUM --bundle FOLDER --model FOLDER --images test_images.tsv

`--model` is the model folder that the bundle was packaged from. Ends with 1 where a value differs
by more than 1e-6. Python's own library only."""
import argparse
import array
import ast
import base64
import json
import random
import subprocess
import tempfile
import threading

import service

parser = argparse.ArgumentParser()
parser.add_argument("cambium")
parser.add_argument("--bundle", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--images", required=True)
parser.add_argument("--tolerance", type=float, default=1e-6)
options = parser.parse_args()


def npy(path):
    """Rows of a float32 `.npy`."""
    with open(path, "rb") as file:
        data = file.read()
    length = int.from_bytes(data[8:10], "little")
    header = ast.literal_eval(data[10:10 + length].decode())
    assert header["descr"] == "<f4" and not header["fortran_order"], header
    values = array.array("f", data[10 + length:])
    rows, width = header["shape"]
    return [values[row * width:(row + 1) * width] for row in range(rows)]


rows = service.table(options.images)
images = [row[1] for row in rows]
with tempfile.TemporaryDirectory() as folder:
    paths = service.unpack(rows, folder)
    predicted = json.loads(subprocess.run(
        [options.cambium, "predict", options.bundle, *paths, "--json"],
        check=True, capture_output=True, text=True).stdout)
    subprocess.run(
        [options.cambium, "embed", "--model", options.model, "--images", options.images,
         "--out", f"{folder}/embedded.npy", "--quiet"], check=True)
    embedded = npy(f"{folder}/embedded.npy")
scores = [{entry["class_id"]: entry["score"] for entry in image["predictions"]}
          for image in predicted]
assert len(scores) == len(embedded) == len(images)

worst = {}


def compare(way, row, embedding, probabilities, ids):
    difference = max(abs(a - b) for a, b in zip(embedding, embedded[row], strict=True))
    if probabilities is not None:
        difference = max(difference, max(
            abs(value - scores[row][identity])
            for value, identity in zip(probabilities, ids, strict=True)))
    worst[way] = max(worst.get(way, 0), difference)


def ask(client, way, chosen, path="/score"):
    status, answer = client.call(path, service.request([images[row] for row in chosen]))
    assert status == 200, (way, status, answer)
    probabilities = answer.get("probabilities", [None] * len(chosen))
    for place, row in enumerate(chosen):
        compare(way, row, answer["image_features"][place], probabilities[place],
                answer.get("class_ids"))


server = service.Service(
    options.cambium, options.bundle, "--model", f"encoder={options.model}",
    "--access-log", "none")
client = server.client()
everything = list(range(len(images)))
for row in everything:
    ask(client, "alone", [row])
for size in (2, 7, 32, 100):
    for start in range(0, len(images), size):
        ask(client, f"{size} a request", everything[start:start + size])
ask(client, "all at once", everything)
ask(client, "the encoder, 32 a request", everything[:32], "/v1/models/encoder/score")
random.seed(1)
order = everything[:]
random.shuffle(order)
threads = []
for part in range(8):
    def work(mine=order[part::8]):
        own = server.client()
        for row in mine:
            ask(own, "shuffled, 8 clients", [row])
    threads.append(threading.Thread(target=work))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
status = server.stop()
for way, difference in worst.items():
    print(f"{way}: largest difference {difference:.2e}")
print(f"{len(images)} images, server ended with {status}")
raise SystemExit(0 if status == 0 and max(worst.values()) <= options.tolerance else 1)
