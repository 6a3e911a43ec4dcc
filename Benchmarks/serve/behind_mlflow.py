"""The same bundle behind `cambium serve` and behind `mlflow models serve`: classified images a second
and the latency of one client, on loopback, from processes of their own, in turn.

    behind_mlflow.py CAMBIUM --bundle FOLDER --images test_images.tsv --python PYTHON
                     [--seconds 10] [--rounds 3] [--clients 4] [--rows 16]

PYTHON has mlflow 3.5.0, fastapi 0.116.1, pandas and numpy. Prints JSON. Python's own library only."""
import argparse
import json
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request

import service

parser = argparse.ArgumentParser()
parser.add_argument("cambium")
parser.add_argument("--bundle", required=True)
parser.add_argument("--images", required=True)
parser.add_argument("--python", required=True)
parser.add_argument("--seconds", type=float, default=10)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--clients", type=int, default=4)
parser.add_argument("--rows", type=int, default=16)
options = parser.parse_args()


def score(images):
    return "/score", service.request(images, response="predictions", get_scaling_factor=False)


def invocation(images):
    return "/invocations", {"dataframe_split": {
        "columns": ["image"], "index": list(range(len(images))), "data": [[i] for i in images]}}


def client(port, requests, seconds, results):
    connection, times = service.Client("127.0.0.1", port), []
    begin, number = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        path, body = requests[number % len(requests)]
        status, answer = connection.call(path, body)
        if status != 200:
            raise SystemExit(f"{path}: {status}: {str(answer)[:200]}")
        times.append(time.perf_counter() - start)
        number += 1
    results.put((times, time.perf_counter() - begin))


def load(port, form, clients, rows, seconds):
    """Images a second and the latencies."""
    images = [row[1] for row in service.table(options.images)]
    results, crew = multiprocessing.Queue(), []
    for number in range(clients):
        requests = []
        for start in range(0, len(images), rows):
            path, body = form([images[(start + number * 31 + k) % len(images)] for k in range(rows)])
            requests.append((path, json.dumps(body)))
        crew.append(multiprocessing.Process(target=client, args=(port, requests, seconds, results)))
    for process in crew:
        process.start()
    answers = [results.get(timeout=seconds + 300) for _ in crew]
    for process in crew:
        process.join()
    times = [value for answer in answers for value in answer[0]]
    return rows * sum(len(answer[0]) / answer[1] for answer in answers), times


def measure(port, form):
    load(port, form, 1, 1, 1)
    _, times = load(port, form, 1, 1, options.seconds / 2)
    rate, _ = load(port, form, options.clients, options.rows, options.seconds)
    return rate, 1000 * statistics.median(times)


def behind_cambium():
    server = service.Service(options.cambium, options.bundle, "--access-log", "none")
    try:
        return measure(server.port, score)
    finally:
        server.stop()


def behind_mlflow():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        environment = {
            **os.environ, "CAMBIUM": os.path.abspath(options.cambium), "OMP_WAIT_POLICY": "PASSIVE",
            "MLFLOW_TRACKING_URI": f"sqlite:///{place}/mlflow.db",
            "PATH": os.path.dirname(options.python) + os.pathsep + os.environ["PATH"]}
        server = subprocess.Popen(
            [options.python, "-m", "mlflow", "models", "serve", "-m",
             os.path.abspath(options.bundle), "--env-manager", "local", "-p", str(port), "-h",
             "127.0.0.1"], cwd=place, env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            for _ in range(1200):
                if server.poll() is not None:
                    raise SystemExit("mlflow models serve did not start; has PYTHON all it needs?")
                try:
                    # Its answer says application/json and is a line break.
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5).read()
                    break
                except OSError:
                    time.sleep(0.1)
            return measure(port, invocation)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


rounds = []
for _ in range(options.rounds):
    row = {"load": os.getloadavg()[0]}
    row["cambium"], row["cambium_latency_ms"] = behind_cambium()
    row["mlflow"], row["mlflow_latency_ms"] = behind_mlflow()
    row["ratio"] = row["cambium"] / row["mlflow"]
    rounds.append(row)
median = {name: statistics.median(row[name] for row in rounds) for name in rounds[0]}
print(json.dumps({"clients": options.clients, "rows": options.rows, "median": median,
                  "rounds": rounds}, indent=1))
