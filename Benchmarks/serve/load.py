"""Images a second and latency of the server on loopback, from a process of its own, beside the bare
encoder with the same batch and the same tower in PyTorch behind FastAPI, in turn.

    load.py CAMBIUM CAMBIUM_BENCH --model FOLDER --images test_images.tsv [--sizes 64 224]
            [--seconds 10] [--rounds 3] [--batch 32] [--clients 4] [--rows 16] [--python PYTHON]

For sizes that the model folder does not have, a copy of its description with that size is made
beside the same weights. PYTHON has what fastapi_server.py names; without it the server is measured
alone. Prints JSON. Python's own library only."""
import argparse
import json
import multiprocessing
import os
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import time

import service

parser = argparse.ArgumentParser()
parser.add_argument("cambium")
parser.add_argument("bench")
parser.add_argument("--model", required=True)
parser.add_argument("--images", required=True)
parser.add_argument("--sizes", type=int, nargs="+", default=[64, 224])
parser.add_argument("--seconds", type=float, default=10)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--clients", type=int, default=4)
parser.add_argument("--rows", type=int, default=16)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--python")
options = parser.parse_args()


def message(body):
    data = json.dumps(body).encode()
    return (b"POST /score HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(data)) + data


def exchange(connection, data):
    """Sends a request and reads the answer to its end, without looking into it."""
    connection.sendall(data)
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = connection.recv(1 << 20)
        if not part:
            raise ConnectionError("the server hung up")
        answer += part
    head, body = answer.split(b"\r\n\r\n", 1)
    status = int(head.split(b" ", 2)[1])
    length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
    left = length - len(body)
    while left > 0:
        left -= len(connection.recv(1 << 20))
    return status


def client(port, messages, seconds, results):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        times, refused, number = [], 0, 0
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            start = time.perf_counter()
            status = exchange(connection, messages[number % len(messages)])
            number += 1
            if status == 200:
                times.append(time.perf_counter() - start)
            else:
                refused += 1
        results.put((times, refused, time.perf_counter() - begin))


def load(port, clients, rows, seconds):
    """Images a second and the latencies."""
    images = [row[1] for row in service.table(options.images)]
    results = multiprocessing.Queue()
    crew = []
    for number in range(clients):
        messages = [
            message(service.request([images[(start + number * 31 + k) % len(images)]
                                     for k in range(rows)], get_scaling_factor=False))
            for start in range(0, len(images), rows)]
        crew.append(multiprocessing.Process(
            target=client, args=(port, messages, seconds, results)))
    for process in crew:
        process.start()
    answers = [results.get(timeout=seconds + 120) for _ in crew]
    for process in crew:
        process.join()
    times = [value for answer in answers for value in answer[0]]
    assert not any(answer[1] for answer in answers), "requests were refused"
    return rows * sum(len(answer[0]) / answer[2] for answer in answers), times


def folder(size, place):
    """The model with this input size."""
    path = f"{place}/model-{size}"
    if not os.path.exists(path):
        os.mkdir(path)
        for name in os.listdir(options.model):
            if name != "config.yaml":
                os.symlink(os.path.abspath(f"{options.model}/{name}"), f"{path}/{name}")
        with open(f"{options.model}/config.yaml") as file:
            text = re.sub(r"IMAGE_SIZE: \[.*\]", f"IMAGE_SIZE: [{size}, {size}]", file.read())
        with open(f"{path}/config.yaml", "w") as file:
            file.write(text)
    return path


def bare(model, size):
    """Images a second of the encoder alone, in seconds enough for a median: as one forward pass,
    the better of spinning and sleeping threads, and in parts as the server computes."""
    def rate(benchmark, policy, iterations):
        environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads),
                       "OMP_WAIT_POLICY": policy}
        result = subprocess.run(
            [options.bench, benchmark, "--config", f"{model}/config.yaml", "--size", str(size),
             "--batch", str(options.batch), "--iterations", str(iterations)],
            check=True, capture_output=True, text=True, env=environment)
        return options.batch / statistics.median(json.loads(result.stdout)["seconds"])
    many = 3 if size > 128 else 20
    one = max(rate("forward", policy, many) for policy in ("ACTIVE", "PASSIVE"))
    return one, rate("encode", "PASSIVE", 4 * many)


def sums(server):
    """Seconds of preparing and computing so far, and the batches."""
    text = server.client().call("/metrics")[1].decode()

    def value(name):
        found = re.search(rf'^{name}\{{[^}}]*input="image"[^}}]*\}} (\S+)$', text, re.M)
        return float(found.group(1))
    return [value(f"cambium_{part}_seconds_{kind}")
            for part in ("prepare", "wait", "compute") for kind in ("sum", "count")]


def measure_cambium(model):
    server = service.Service(
        options.cambium, "--model", f"model={model}", "--access-log", "none", "--max-batch",
        str(options.batch), threads=options.threads)
    load(server.port, 1, 1, 1)
    before = sums(server)
    _, times = load(server.port, 1, 1, options.seconds / 2)
    after = sums(server)
    part = [b - a for a, b in zip(before, after)]
    mean = statistics.fmean(times)
    inner = part[0] / part[1] + part[4] / part[5]
    single = {"latency_ms": 1000 * statistics.median(times), "mean_ms": 1000 * mean,
              "decode_and_inference_ms": 1000 * inner, "added_ms": 1000 * (mean - inner)}
    before = sums(server)
    rate, times = load(server.port, options.clients, options.rows, options.seconds)
    after = sums(server)
    rows = rate * options.seconds / max(after[5] - before[5], 1)
    resident = server.resident()
    server.stop()
    return rate, single, {"rows_a_batch": rows, "resident_mib": resident,
                          "latency_ms": 1000 * statistics.median(times)}


def measure_fastapi(model, size):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fastapi_server.py")
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads)}
    process = subprocess.Popen(
        [options.python, script, "--config", f"{model}/config.yaml", "--size", str(size),
         "--port", str(port)], env=environment)
    try:
        for _ in range(1200):
            if process.poll() is not None:
                raise SystemExit("the FastAPI program did not start; has PYTHON all it names?")
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        load(port, 1, 1, 1)
        _, times = load(port, 1, 1, options.seconds / 2)
        rate, _ = load(port, options.clients, options.rows, options.seconds)
        return rate, 1000 * statistics.median(times)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


report = []
with tempfile.TemporaryDirectory() as place:
    for size in options.sizes:
        model = folder(size, place)
        rounds = []
        for _ in range(options.rounds):
            row = {"load": os.getloadavg()[0]}
            row["forward"], row["bare"] = bare(model, size)
            row["served"], row["single"], row["many"] = measure_cambium(model)
            row["share"] = row["served"] / row["bare"]
            if options.python:
                row["fastapi"], row["fastapi_latency_ms"] = measure_fastapi(model, size)
                row["ratio"] = row["served"] / row["fastapi"]
            rounds.append(row)
        median = {name: statistics.median(row[name] for row in rounds)
                  for name, value in rounds[0].items() if isinstance(value, float)}
        report.append({"size": size, "median": median, "rounds": rounds})
print(json.dumps({"batch": options.batch, "clients": options.clients, "rows": options.rows,
                  "threads": options.threads, "sizes": report}, indent=1))
