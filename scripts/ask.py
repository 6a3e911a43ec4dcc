"""Serves a bundle once, sends it the request of the embedding endpoint's document, and prints the
answer: ask.py CAMBIUM BUNDLE

The request is the document's own, the image in it (2x2 pixels, base64 with a line break) and the
text included; long lists of the answer are cut as the document cuts them.
"""

import json
import subprocess
import sys
import urllib.request

REQUEST = {
    "input_data": {
        "columns": ["image", "text"],
        "index": [0],
        "data": [
            [
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAAXNSR0IArs4c6QAAAARnQU1BAACx\n"
                "jwv8YQUAAAAJcEhZcwAAFiUAABYlAUlSJPAAAAAbSURBVBhXY/gUoPS/fhfDfwaGJe///9/J8B8A\n"
                "VGwJ5VDvPeYAAAAASUVORK5CYII=\n",
                "x-ray chest anteroposterior Pleural Effusion",
            ]
        ],
    },
    "params": {"get_scaling_factor": "true"},
}


def cut(value):
    """A value as text; of a long list of numbers or names the first two and the last."""
    if isinstance(value, list):
        if len(value) > 4 and not isinstance(value[0], list):
            return f"[{cut(value[0])}, {cut(value[1])}, ... , {cut(value[-1])}]"
        return f"[{', '.join(map(cut, value))}]"
    return json.dumps(value, ensure_ascii=False)


def main(program, bundle):
    server = subprocess.Popen(
        [program, "serve", bundle, "--port", "0", "--quiet", "--access-log", "none"],
        stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().strip()
        if not address:
            sys.exit(f"ask: error: the server did not start (exit status {server.wait()})")
        request = urllib.request.Request(
            f"{address}/score", json.dumps(REQUEST).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            members = json.load(answer)
    finally:
        server.terminate()
        status = server.wait(60)
    if status not in (0, 143):
        sys.exit(f"ask: error: the server ended with status {status}")
    for name, value in members.items():
        print(f"  {name}: {cut(value)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
