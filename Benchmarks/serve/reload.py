"""Reloads of a bundle under load: no request is lost, every answer is one version's or the other's,
threads and memory come back.

    reload.py CAMBIUM --bundle FOLDER --other FOLDER --images test_images.tsv [--reloads 40] [--clients 4]

The bundle's folder is copied, and exchanged for a copy of the other one (same model, other classes)
and back before every SIGHUP. Ends with 1 where anything was lost. Python's own library only."""
import argparse
import json
import os
import shutil
import signal
import tempfile
import threading
import time

import service

parser = argparse.ArgumentParser()
parser.add_argument("cambium")
parser.add_argument("--bundle", required=True)
parser.add_argument("--other", required=True)
parser.add_argument("--images", required=True)
parser.add_argument("--reloads", type=int, default=40)
parser.add_argument("--clients", type=int, default=4)
options = parser.parse_args()


def threads(server):
    return len(os.listdir(f"/proc/{server.process.pid}/task"))


def versions(server):
    return server.client().call("/v1/models")[1]["data"][0]["version"]


with tempfile.TemporaryDirectory() as place:
    served, spare = f"{place}/served", f"{place}/spare"
    shutil.copytree(options.bundle, served)
    shutil.copytree(options.other, spare)
    server = service.Service(options.cambium, served, "--access-log", "none")
    images = [row[1] for row in service.table(options.images)][:8]
    body = service.request(images, response="object", get_scaling_factor=False)
    allowed, problems, counts, over = [], [], [], threading.Event()

    def answer():
        status, reply = server.client().call("/score", body)
        assert status == 200, reply
        return {name: reply[name] for name in ("labels", "probabilities")}

    def differs(reply, known):
        if reply["labels"] != known["labels"]:
            return True
        pairs = zip(reply["probabilities"], known["probabilities"])
        return any(abs(a - b) > 1e-6 for x, y in pairs for a, b in zip(x, y))

    def exchange():
        os.rename(served, f"{place}/aside")
        os.rename(spare, served)
        os.rename(f"{place}/aside", spare)

    def reload():
        before = versions(server)
        exchange()
        server.process.send_signal(signal.SIGHUP)
        for _ in range(600):
            if versions(server) != before:
                return
            time.sleep(0.05)
        problems.append("a reload did not come about")

    def client():
        connection, count = server.client(), 0
        while not over.is_set():
            try:
                status, reply = connection.call("/score", body)
            except OSError as error:
                problems.append(f"lost: {error}")
                continue
            if status != 200 or all(differs(reply, known) for known in allowed):
                problems.append(f"{status}: {str(reply)[:200]}")
            count += 1
        counts.append(count)

    allowed.append(answer())
    reload()
    allowed.append(answer())
    reload()
    state = {"threads": [threads(server)], "resident_mib": [server.resident()]}
    crew = [threading.Thread(target=client) for _ in range(options.clients)]
    for one in crew:
        one.start()
    for number in range(options.reloads):
        reload()
        if number % max(options.reloads // 4, 1) == 0:
            state["resident_mib"].append(round(server.resident(), 1))
    over.set()
    for one in crew:
        one.join()
    time.sleep(1)
    state["threads"].append(threads(server))
    state["resident_mib"].append(server.resident())
    print(json.dumps({"reloads": options.reloads, "answers": sum(counts), **state,
                      "problems": len(problems), "first": problems[:5], "exit": server.stop()}))
    raise SystemExit(1 if problems else 0)
