"""The page in headless Chromium: an example is shown, classified and compared; nothing is blocked
by the page's own policy. Writes a picture of it, light and dark, to look at.

    page.py CAMBIUM --bundle FOLDER --neighbors train.npy --neighbor-images train_images.tsv
            [--chromium chromium] [--out FOLDER]

Python's own library only."""
import argparse
import subprocess

import service

parser = argparse.ArgumentParser()
parser.add_argument("cambium")
parser.add_argument("--bundle", required=True)
parser.add_argument("--neighbors", required=True)
parser.add_argument("--neighbor-images", required=True)
parser.add_argument("--chromium", default="chromium")
parser.add_argument("--out")
options = parser.parse_args()
server = service.Service(
    options.cambium, options.bundle, "--access-log", "none", "--neighbors", options.neighbors,
    "--neighbor-images", options.neighbor_images)
address = f"{server.address}/?example=0"


def browse(*arguments):
    return subprocess.run(
        [options.chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--window-size=1100,1150", "--virtual-time-budget=10000", "--enable-logging=stderr",
         *arguments, address], capture_output=True, text=True, timeout=120)


_, model = server.client().call("/v1/models")
labels = [label["label"] for label in model["data"][0]["labels"]]
with open(options.neighbor_images) as file:
    key = file.readline().split("\t")[0]
result = browse("--dump-dom")
wanted = ['data-done="yes"', "<progress", f'alt="{key}"', "similarity 1.000"]
missing = [text for text in wanted if text not in result.stdout]
missing += [] if any(f"<h2 id=\"top\">{label}</h2>" in result.stdout for label in labels) else ["a class"]
blocked = [line for line in result.stderr.splitlines()
           if "Content Security Policy" in line or "Uncaught" in line]
if options.out:
    browse(f"--screenshot={options.out}/page-light.png")
    browse(f"--screenshot={options.out}/page-dark.png", "--force-dark-mode",
           "--blink-settings=preferredColorScheme=0")
status = server.stop()
print("missing: " + ", ".join(missing) if missing else "the page shows all it should",
      *blocked, sep="\n")
raise SystemExit(1 if missing or blocked or status else 0)
