"""A running `cambium serve` and a small client, for the programs beside it. Python's own library
only."""
import base64
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import tempfile
import time


class Service:
    """The server as a process of its own, on a free port of the loopback."""

    def __init__(self, program, *arguments, log=None, threads=None):
        self.log = open(log, "w") if log else subprocess.DEVNULL
        environment = dict(os.environ)
        if threads:
            environment["OMP_NUM_THREADS"] = str(threads)
        self.process = subprocess.Popen(
            [program, "serve", *arguments, "--port", "0"],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment)
        line = self.process.stdout.readline().strip()
        if not line.startswith("http"):
            raise SystemExit(f"the server did not start: {line or 'see its log'}")
        self.address = line
        self.host, self.port = line.split("//")[1].rsplit(":", 1)
        self.port = int(self.port)

    def resident(self):
        """Resident memory in MiB."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    def cpu(self):
        """Seconds of processor time so far."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self, number=signal.SIGTERM, patience=60):
        """Asks it to end; gives its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(patience)

    def client(self, timeout=120):
        return Client(self.host, self.port, timeout)


class Client:
    """One kept-alive connection."""

    def __init__(self, host, port, timeout=120):
        self.connection = http.client.HTTPConnection(host, port, timeout=timeout)

    def call(self, path, body=None, headers=None):
        """Status and answer, read as JSON where it is."""
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        headers = {"Content-Type": "application/json", **(headers or {})}
        for attempt in (1, 2):
            try:
                self.connection.request("GET" if body is None else "POST", path, body, headers)
                response = self.connection.getresponse()
                data = response.read()
                break
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # A kept connection may have been closed meanwhile; a fresh one tells.
                self.connection.close()
                if attempt == 2:
                    raise
        if response.getheader("Content-Type", "").startswith("application/json"):
            data = json.loads(data)
        self.retry_after = response.getheader("Retry-After")
        return response.status, data

    def close(self):
        self.connection.close()


def table(path):
    """Keys and base64 of a `*_images.tsv`."""
    with open(path) as file:
        return [line.rstrip("\n").split("\t") for line in file]


def request(images, columns=("image",), **params):
    """The document's request for some images (base64)."""
    rows = [[image if name == "image" else "" for name in columns] for image in images]
    return {
        "input_data": {
            "columns": list(columns), "index": list(range(len(rows))), "data": rows},
        "params": params,
    }


def unpack(rows, folder):
    """The images of a table as files; gives their paths in the table's order."""
    paths = []
    for number, (_, image) in enumerate(rows):
        paths.append(os.path.join(folder, f"{number:06d}.jpg"))
        with open(paths[-1], "wb") as file:
            file.write(base64.b64decode(image))
    return paths
