#!/usr/bin/env python3
"""Loads a bundle with the real MLflow and compares its answers with `cambium predict --json`.

usage: check_mlflow.py PROGRAM BUNDLE IMAGE IMAGE...      (at least two JPEG or PNG files)
Pinned: Python 3.11, mlflow==3.5.0, fastapi==0.116.1, pandas==2.3.3, numpy==2.4.6.
Not part of the tests that are always run: it needs MLflow. It also starts `mlflow models serve`
on a free port of this machine and asks it as Microsoft's endpoint is asked.
"""

import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import mlflow
import pandas
from mlflow.utils.proto_json_utils import dataframe_from_parsed_json

PINS = {"mlflow": "3.5.0", "pandas": "2.3.3"}
COLUMNS = ["label", "class_id", "score", "probabilities", "predictions"]
MLFLOW_FILES = [
    "MLmodel", "python_env.yaml", "requirements.txt", "code/cambium_pyfunc.py",
    "code/cambium_pipe.py", "code/__pycache__",
]
RATIO = "image_standardization_jpeg_compression_ratio"
SIZE = "image_standardization_image_size"


def check(condition, what):
    """Ends the check with what failed."""
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")


def predict(program, bundle, images):
    """What the program itself says."""
    run = subprocess.run(
        [program, "predict", bundle, "--json", "--quiet", *images], capture_output=True, check=True
    )
    return [entry["predictions"] for entry in json.loads(run.stdout)]


def refused(call):
    """The message of the exception that a call ends with; an empty text if it does not."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - any kind may come through MLflow
        return f"{type(error).__name__}: {error}"
    return ""


def check_answers(model, images, expected):
    """Every form of input gives the program's own numbers, under the frame's own index."""
    raw = [pathlib.Path(image).read_bytes() for image in images]
    mixed = [*images[:1], *raw[1:2], *(base64.b64encode(data).decode() for data in raw[2:])]
    forms = {
        "bytes": raw,
        "base64": [base64.b64encode(data).decode() for data in raw],
        "base64 with line breaks": [base64.encodebytes(data).decode() for data in raw],
        "paths": images,
        "paths as objects": [pathlib.Path(image) for image in images],
        "a mixture": mixed,
    }
    index = [f"case {number}" for number in range(len(images))]
    for name, values in forms.items():
        answer = model.predict(pandas.DataFrame({"image": values}, index=index))
        check(list(answer.columns) == COLUMNS and list(answer.index) == index, f"{name}: a frame")
        check(list(answer["predictions"]) == expected, f"{name}: the program's own numbers")
        best = [(entry[0]["label"], entry[0]["class_id"], entry[0]["score"]) for entry in expected]
        got = list(zip(answer["label"], answer["class_id"], answer["score"], strict=True))
        check(got == best, f"{name}: the likeliest class")
        by_id = [[e["score"] for e in sorted(p, key=lambda e: e["class_id"])] for p in expected]
        check(list(answer["probabilities"]) == by_id, f"{name}: probabilities by class")


def check_request(model, images, expected):
    """A request as Microsoft's endpoint takes it, read as MLflow's server reads it."""
    request = {
        "columns": ["text", "image"],
        "index": list(range(5, 5 + len(images))),
        "data": [
            ["x-ray chest", base64.encodebytes(pathlib.Path(image).read_bytes()).decode()]
            for image in images
        ],
    }
    schema = model.metadata.get_input_schema()
    frame = dataframe_from_parsed_json(request, pandas_orient="split", schema=schema)
    answer = model.predict(frame)
    check(list(answer["predictions"]) == expected, "a request with columns, index and data")
    check(list(answer.index) == request["index"], "the request's index")
    request["data"][0][1] = images[0]
    message = refused(
        lambda: model.predict(
            dataframe_from_parsed_json(request, pandas_orient="split", schema=schema)
        )
    )
    check(message, f"no path comes through a request: {message.splitlines()[-1]}")


def check_refusals(model, images):
    """A bad row is named, whatever is wrong with it."""
    good = pathlib.Path(images[0]).read_bytes()
    cases = {
        "a broken picture": good[:200],
        "no picture": b"no picture",
        "neither base64 nor file": "no/such-file.png",
        "an empty text": "",
        "a missing value": None,
        "empty bytes": b"",
    }
    for name, bad in cases.items():
        frame = pandas.DataFrame({"image": pandas.Series([good, bad, good], dtype=object)})
        message = refused(lambda frame=frame: model.predict(frame))
        check("row 1, column 'image': " in message and "\n" not in message, f"{name}: {message}")
    message = refused(lambda: model.predict(pandas.DataFrame({"text": ["x"]})))
    check("image" in message, "a frame without images is refused")
    check(len(model.predict(pandas.DataFrame({"image": []}, dtype=object))) == 0, "an empty frame")


def check_params(model, images, expected):
    """Microsoft's parameters: without them the bundle's own recipe, with them theirs."""
    frame = pandas.DataFrame({"image": [pathlib.Path(image).read_bytes() for image in images]})

    def ask(**params):
        return list(model.predict(frame, params=params or None)["predictions"])

    check(ask() == expected, "without parameters the bundle's own recipe")
    cloud = ask(**{RATIO: 75, SIZE: 512})
    check(cloud != expected, "with Microsoft's parameters pictures are standardised")
    check(ask(**{SIZE: 512}) == cloud and ask(**{RATIO: 75}) == cloud, "the other at Microsoft's")
    check(ask(**{RATIO: 20}) != cloud, "the quality counts")
    message = refused(lambda: ask(**{RATIO: 0}))
    check(RATIO in message, f"a quality that makes no sense: {message}")
    check(ask() == expected, "and is asked again as before")


def near(answers, expected):
    """Whether classes agree in their order and scores to 1e-6."""
    pairs = [
        pair for one, other in zip(answers, expected, strict=True)
        for pair in zip(one, other, strict=True)
    ]
    return all(
        a["class_id"] == b["class_id"] and abs(a["score"] - b["score"]) < 1e-6 for a, b in pairs
    )


def check_process(model, images, expected):
    """The program is started once, and again when it dies."""
    inner = model._model_impl.program  # noqa: SLF001
    frame = pandas.DataFrame({"image": images})
    process = inner._running._process  # noqa: SLF001
    started = time.perf_counter()
    for _ in range(20):
        model.predict(frame)
    each = (time.perf_counter() - started) / 20
    check(inner._running._process is process, f"one start; {1000 * each:.1f} ms a call")  # noqa: SLF001
    process.kill()
    process.wait()
    check(list(model.predict(frame)["predictions"]) == expected, "after the program was killed")
    many = pandas.DataFrame({"image": images * 20})
    check(near(list(model.predict(many)["predictions"]), expected * 20), "many rows, to 1e-6")


def check_server(bundle, images, expected):
    """`mlflow models serve` answers a request of Microsoft's form."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", bundle, "--env-manager",
               "local", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    # MLflow starts uvicorn, which stands beside this Python.
    path = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, "PATH": path},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{url}/ping", timeout=5).read()
                break
            except OSError:
                time.sleep(0.5)
        rows = [[base64.encodebytes(pathlib.Path(image).read_bytes()).decode()] for image in images]

        def ask(rows, params=None):
            body = {"dataframe_split": {"columns": ["image"], "data": rows}}
            if params:
                body["params"] = params
            request = urllib.request.Request(
                f"{url}/invocations", json.dumps(body).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=120) as response:
                return [row["predictions"] for row in json.load(response)["predictions"]]

        check(ask(rows) == expected, "mlflow models serve: the program's own numbers")
        check(ask(rows, {RATIO: 75, SIZE: 512}) != expected, "mlflow models serve: parameters")
        try:
            ask([["bm8gcGljdHVyZQ=="]])
            check(False, "mlflow models serve: a bad picture is refused")
        except urllib.error.HTTPError as error:
            told = error.read().decode()
            check("row 0, column 'image'" in told, "mlflow models serve: a bad picture is refused")
        check(ask(rows) == expected, "mlflow models serve: and then it works on")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
    for _ in range(50):
        left = subprocess.run(
            ["pgrep", "-f", f"predict {bundle} --stream"], capture_output=True, check=False
        ).stdout.split()
        left = [process for process in left if int(process) != os.getpid()]
        if len(left) <= 1:
            break
        time.sleep(0.2)
    check(len(left) <= 1, "no program outlives the server")


def check_damage(bundle):
    """A changed byte in any of MLflow's files, and in the weights, keeps the bundle shut."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "bundle")
        shutil.copytree(bundle, copy)
        for name in [*MLFLOW_FILES, "model.safetensors"]:
            whole = (copy / name).read_bytes()
            changed = bytes([whole[-1] ^ 1]) if name == "model.safetensors" else b" "
            if "code/cambium" in name:
                changed = b"\n#"  # still a module that runs
            (copy / name).write_bytes(whole[:-1] + changed)
            message = refused(lambda: mlflow.pyfunc.load_model(str(copy)))
            check(name in message, f"damaged {name}: {message.splitlines()[0]}")
            (copy / name).write_bytes(whole)


def check_program(bundle, program):
    """Without the program there is one clear error."""
    os.environ["CAMBIUM"] = "/nowhere/cambium"
    check("CAMBIUM=" in refused(lambda: mlflow.pyfunc.load_model(bundle)), "a wrong CAMBIUM")
    del os.environ["CAMBIUM"]
    path = os.environ["PATH"]
    os.environ["PATH"] = "/nowhere"
    check("not on PATH" in refused(lambda: mlflow.pyfunc.load_model(bundle)), "no program")
    os.environ["PATH"] = f"{pathlib.Path(program).resolve().parent}:{path}"
    mlflow.pyfunc.load_model(bundle)
    check(True, "the program on PATH")


def main():
    """Runs every check."""
    program, bundle, *images = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:])
    # MLflow leaves a folder mlruns where it is started.
    scratch = tempfile.TemporaryDirectory()
    os.chdir(scratch.name)
    for package, version in PINS.items():
        if sys.modules[package].__version__ != version:
            print(f"note: pinned for {package} {version}, this is another version")
    os.environ["CAMBIUM"] = program
    expected = predict(program, bundle, images)
    model = mlflow.pyfunc.load_model(bundle)
    names = [spec.name for spec in model.metadata.get_output_schema().inputs]
    check(names == COLUMNS, "MLflow reads the signature")
    check(mlflow.models.get_model_info(bundle).model_uuid, "MLflow reads the model's information")
    check_answers(model, images, expected)
    check_request(model, images, expected)
    check_refusals(model, images)
    check_params(model, images, expected)
    check_process(model, images, expected)
    check_server(bundle, images, expected)
    check(pathlib.Path(bundle, "code", "__pycache__").is_file(), "no bytecode was kept")
    check(predict(program, bundle, images) == expected, "the bundle is still whole after loading")
    check_damage(bundle)
    check_program(bundle, program)


if __name__ == "__main__":
    main()
