"""Minutes at saturation with a share of hostile requests: no crash, no wrong answer, no lost good
request, flat memory.

    hostile.py CAMBIUM --bundle FOLDER --images test_images.tsv [--minutes 10] [--clients 12]
               [--hostile 0.05] [--seed 1]

Good clients send one to eight images and compare every answer with the one they got before the
noise began (to 1e-6); 429 and 503 are asked again after Retry-After and count as neither. Hostile
requests: broken JSON, deep JSON, wrong columns, huge bodies (announced and chunked), bodies that
trickle, image bombs, truncated images, wrong tokens, connections dropped in the middle. Prints a
line of JSON; ends with 1 where anything was lost. Python's own library only."""
import argparse
import base64
import collections
import json
import random
import socket
import struct
import tempfile
import threading
import time
import zlib

import service

parser = argparse.ArgumentParser()
parser.add_argument("cambium")
parser.add_argument("--bundle", required=True)
parser.add_argument("--images", required=True)
parser.add_argument("--minutes", type=float, default=10)
parser.add_argument("--clients", type=int, default=12)
parser.add_argument("--hostile", type=float, default=0.05)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()

TOKEN = "a-good-token"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
rows = service.table(options.images)
images = [row[1] for row in rows]
folder = tempfile.TemporaryDirectory()
with open(f"{folder.name}/tokens", "w") as file:
    file.write(TOKEN + "\n")
server = service.Service(
    options.cambium, options.bundle, "--tokens", f"{folder.name}/tokens", "--access-log", "none",
    "--body-timeout", "2", "--max-body-mb", "8", "--max-bodies-mb", "64", "--queue", "64",
    "--max-rows", "64", "--max-batch", "32", "--max-connections", "256",
    log=f"{folder.name}/log")

reference = {}
client = server.client()
for start in range(0, len(images), 16):
    part = list(range(start, min(start + 16, len(images))))
    status, answer = client.call("/score", service.request([images[i] for i in part]), KNOWN)
    assert status == 200, (status, answer)
    for place, row in enumerate(part):
        reference[row] = (answer["image_features"][place], answer["probabilities"][place])
client.close()


def png(width, height, data):
    """A PNG with this header and this data, whatever it holds."""
    def chunk(kind, body):
        return (struct.pack(">I", len(body)) + kind + body
                + struct.pack(">I", zlib.crc32(kind + body)))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", data) + chunk(b"IEND", b""))


BOMBS = [base64.b64encode(image).decode() for image in (
    png(60_000, 60_000, zlib.compress(bytes(1000))),
    png(2**31 - 1, 2**31 - 1, b""),
    png(10_000, 4_900, zlib.compress(bytes(1 << 20))),
)]
counts = collections.Counter()
kinds = collections.Counter()
problems = []
latencies = []
lock = threading.Lock()
end = time.monotonic() + options.minutes * 60


def problem(text):
    with lock:
        problems.append(text[:300])


def raw(head, *pieces, pause=0.0, wait=True):
    """Sends bytes as they are; gives the status, or None where the server hung up."""
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        try:
            connection.sendall(head)
            for piece in pieces:
                time.sleep(pause)
                connection.sendall(piece)
            if not wait:
                return None
            answer = connection.recv(65536)
        except (ConnectionResetError, BrokenPipeError, TimeoutError):
            return None
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def head(length=None, token=TOKEN, chunked=False):
    lines = ["POST /score HTTP/1.1", "Host: here", "Content-Type: application/json",
             f"Authorization: Bearer {token}"]
    lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(body, token=TOKEN):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return raw(head(len(body), token), body)


def truncated(random):
    whole = base64.b64decode(random.choice(images))
    return base64.b64encode(whole[:random.randrange(1, len(whole) - 2)]).decode()


def chunks(count, size):
    body = b"%x\r\n" % size + b"a" * size + b"\r\n"
    return [body] * count + [b"0\r\n\r\n"]


# What is sent, and the answers that are right. None: the server hung up, which is right only where
# the client gave it no chance to say anything.
HOSTILE = {
    "broken JSON": (lambda r: post(b'{"input_data": {"columns": ["image"], "data": [["' + b"x" *
                                   r.randrange(2000)), {400}),
    "noise": (lambda r: post(r.randbytes(r.randrange(1, 5000))), {400}),
    "deep JSON": (lambda r: post(b"[" * r.randrange(100, 200_000)), {400}),
    "wrong columns": (lambda r: post({"input_data": {
        "columns": r.choice([[], ["picture"], ["image", "image"], "image", [1], None]),
        "data": [["a"]]}}), {400}),
    "wrong rows": (lambda r: post({"input_data": {
        "columns": ["image"], "data": r.choice([[["a", "b"]], [[1]], "a", [{}], None])}}), {400}),
    "too many rows": (lambda r: post(service.request([""] * 65)), {413}),
    "huge, announced": (lambda r: raw(head(r.choice([9 << 20, 1 << 40, 2**63 - 1]))), {413}),
    "huge, sent": (lambda r: post(b"a" * (9 << 20)), {413, None}),
    "huge, chunked": (lambda r: raw(head(chunked=True), *chunks(10, 1 << 20)), {413, 429, None}),
    "no length": (lambda r: raw(head("many")), {400, None}),
    "slow body": (lambda r: raw(head(1000), *[b" "] * 8, pause=0.5), {408, None}),
    "image bomb": (lambda r: post(service.request([r.choice(BOMBS)])), {413, 422}),
    "truncated image": (lambda r: post(service.request([truncated(r)])), {422}),
    "wrong token": (lambda r: post(service.request(images[:1]), r.choice(["", "x", TOKEN + "x"])),
                    {401}),
    "dropped": (lambda r: raw(head(100_000), b"x" * r.randrange(1000), wait=False), {None}),
    "dropped before the answer": (lambda r: drop(r), {None}),
    "no HTTP": (lambda r: raw(r.randbytes(200) + b"\r\n\r\n"), {400, None}),
}


def drop(random):
    body = json.dumps(service.request(random.choices(images, k=8))).encode()
    return raw(head(len(body)), body, wait=False)


def good(client, random):
    chosen = random.sample(range(len(images)), random.choice([1, 1, 1, 2, 4, 8]))
    body = json.dumps(service.request([images[row] for row in chosen]))
    start = time.monotonic()
    while True:
        status, answer = client.call("/score", body, KNOWN)
        if status in (429, 503):
            counts[f"asked again after {status}"] += 1
            if not client.retry_after:
                problem(f"{status} without Retry-After")
            time.sleep(min(float(client.retry_after or 1), 1))
            continue
        break
    if status != 200:
        return problem(f"a good request got {status}: {answer}")
    latencies.append(time.monotonic() - start)
    counts["good"] += 1
    counts["images"] += len(chosen)
    for place, row in enumerate(chosen):
        for mine, kept in zip((answer["image_features"][place], answer["probabilities"][place]),
                              reference[row]):
            if max(abs(a - b) for a, b in zip(mine, kept, strict=True)) > 1e-6:
                problem(f"a wrong answer for image {row}")


def hostile(random):
    kind = random.choice(list(HOSTILE))
    send, right = HOSTILE[kind]
    status = send(random)
    counts["hostile"] += 1
    kinds[f"{kind}: {status}"] += 1
    if status not in right | {429, 503}:
        problem(f"{kind} was answered {status}")


def work(seed):
    mine = random.Random(seed)
    client = server.client()
    while time.monotonic() < end:
        try:
            if mine.random() < options.hostile:
                hostile(mine)
            else:
                good(client, mine)
        except Exception as error:
            problem(f"{type(error).__name__}: {error}")
            if server.process.poll() is not None:
                return
            client.close()
            client = server.client()


threads = [threading.Thread(target=work, args=(options.seed * 1000 + number,))
           for number in range(options.clients)]
for thread in threads:
    thread.start()
memory = []
while any(thread.is_alive() for thread in threads) and server.process.poll() is None:
    memory.append(server.resident())
    time.sleep(1)
for thread in threads:
    thread.join()
alive = server.process.poll() is None
after = server.resident() if alive else 0
figures = server.client().call("/metrics", headers=KNOWN)[1].decode() if alive else ""
left = [line for line in figures.splitlines()
        if line.startswith(("cambium_body_bytes_in_flight", "cambium_rows_in_flight"))
        and not line.endswith(" 0")]
status = server.stop() if alive else server.process.returncode
if status != 0:
    problem(f"the server ended with {status}")
if left:
    problem(f"work left over: {left}")
latencies.sort()
tenth = max(len(memory) // 10, 1)
print(json.dumps({
    "minutes": options.minutes, "clients": options.clients, **counts,
    "images_per_second": round(counts["images"] / (options.minutes * 60), 1),
    "latency_ms": {str(q): round(1000 * latencies[int(q / 100 * (len(latencies) - 1))], 1)
                   for q in (50, 95, 99, 100)} if latencies else {},
    "resident_mib": {"second tenth": round(max(memory[tenth:2 * tenth], default=0), 1),
                     "last tenth": round(max(memory[-tenth:], default=0), 1),
                     "peak": round(max(memory, default=0), 1), "after": round(after, 1)},
    "hostile_kinds": dict(sorted(kinds.items())), "problems": len(problems),
    "first_problems": problems[:10], "exit": status}, indent=1))
raise SystemExit(1 if problems else 0)
