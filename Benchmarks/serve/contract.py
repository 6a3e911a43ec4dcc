"""The OpenAPI document against the running server, by schemathesis: every answer must be one that
the document names, and nothing may end the server.

    contract.py CAMBIUM SCHEMATHESIS --bundle FOLDER --model FOLDER [--neighbors NPY --neighbor-images TSV]
                [--examples 200] [--seed 1]

SCHEMATHESIS is the program of `pip install schemathesis==4.32.5` in an environment of its own. Runs
three times: as it is, with tokens given, and with tokens withheld. Python's own library only."""
import argparse
import os
import subprocess
import tempfile

import service

parser = argparse.ArgumentParser()
parser.add_argument("cambium")
parser.add_argument("schemathesis")
parser.add_argument("--bundle", required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--neighbors")
parser.add_argument("--neighbor-images")
parser.add_argument("--examples", type=int, default=200)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
configuration = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schemathesis.toml")
more = []
if options.neighbors:
    more += ["--neighbors", options.neighbors]
if options.neighbor_images:
    more += ["--neighbor-images", options.neighbor_images]
failed = False
with tempfile.TemporaryDirectory() as folder:
    for name, token in (("tokens", "caller"), ("admins", "admin")):
        with open(f"{folder}/{name}", "w") as file:
            file.write(token + "\n")
    guarded = ["--tokens", f"{folder}/tokens", "--admin-tokens", f"{folder}/admins"]
    for way, arguments, header in (
            ("open", [], None), ("with a token", guarded, "Authorization: Bearer admin"),
            ("without its token", guarded, None)):
        server = service.Service(
            options.cambium, options.bundle, "--model", f"encoder={options.model}",
            "--access-log", "none", *more, *arguments)
        command = [
            options.schemathesis, "--config-file", configuration, "run",
            f"{server.address}/openapi.json", "--seed", str(options.seed),
            "-n", str(options.examples), "--continue-on-failure", "--no-color",
            "--warnings", "off", "--generation-database", "none"]
        if header:
            command += ["--header", header]
        result = subprocess.run(command, capture_output=True, text=True, cwd=folder)
        alive = server.process.poll() is None
        status = server.stop()
        good = result.returncode == 0 and alive and status == 0
        failed |= not good
        print(f"{way}: {result.stdout.strip().splitlines()[-1].strip(' =')}; "
              f"server ended with {status}")
        if not good:
            print(result.stdout[-6000:])
raise SystemExit(1 if failed else 0)
