"""What kills.py, ranks.py and memory.py share: made-up pictures, a tiny recipe, runs of the
program, and the comparison of two run folders. Needs nothing but Python's own library."""
import json
import os
import pathlib
import random
import signal
import struct
import subprocess
import time
import zlib

DEMO = pathlib.Path(__file__).resolve().parents[2] / ".demo"
CLASSES = ["polyp", "ulcer", "normal mucosa", "bleeding", "hernia"]
# What a clock decides, and nothing else: not compared.
TIMED = {"images_per_second"}

RECIPE = """
SEED: 5
DEVICE: cpu
WORKERS: 2
LOG_EVERY: {log}
SAVE_PER_OPTIM_STEPS: {save}
EVAL_PER_OPTIM_STEPS: {evaluate}
DATASET: {{ROOT: '{data}', SAMPLER: sqrt}}
TRAIN: {{BATCH_SIZE_TOTAL: {batch}, BATCH_SIZE_PER_GPU: {micro}, DROP_LAST: false}}
MAX_NUM_EPOCHS: {epochs}
START_LEARNING_RATE: 1e-3
WEIGHT_SMOOTHING: {{decay: 0.99, eval_smoothed_weight: true}}
AUG:
  NOISE: 0.05
  AFFINE: {{DEGREES: 10}}
  TORCHVISION_AUG: {{HFLIP: 0.5, AUTO_AUGMENT: ta_wide, RE_PROB: 0.25, RE_VALUE: random}}
EVALDATASET_KNN: {{KNN: 5, TRACK_METRIC: macro_f1}}
IMAGE_ENCODER:
  NAME: davit_v1
  IMAGE_SIZE: [32, 32]
  SPEC:
    DROP_PATH_RATE: 0.1
    PATCH_SIZE: [7, 3, 3, 3]
    PATCH_STRIDE: [4, 2, 2, 2]
    PATCH_PADDING: [3, 1, 1, 1]
    PATCH_PRENORM: [false, true, true, true]
    DIM_EMBED: [8, 8, 16, 16]
    NUM_HEADS: [2, 2, 2, 2]
    NUM_GROUPS: [2, 2, 2, 2]
    DEPTHS: [1, 1, 1, 1]
    WINDOW_SIZE: 4
LANG_ENCODER:
  NAME: transformer
  TOKENIZER: clip
  CONTEXT_LENGTH: 16
  WIDTH: {width}
  HEADS: 2
  LAYERS: {layers}
  AUTOGRESSIVE: false
UNICL_MODEL: {{DIM_PROJECTION: 16}}
"""


def recipe(path, data, epochs, **changes):
    """Writes a recipe of the tiny model."""
    values = dict(log=5, save=4, evaluate=15, batch=8, micro=4, width=8, layers=1) | changes
    path.write_text(RECIPE.format(data=data, epochs=epochs, **values))
    return path


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels, size):
    """RGB bytes as a PNG file."""
    rows = b"".join(b"\0" + pixels[3 * size * y:3 * size * (y + 1)] for y in range(size))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def picture(number, draw, size=40):
    """Stripes whose width tells the class, in colours and noise that do not."""
    light = [draw.randrange(80, 256) for _ in range(3)]
    shift = draw.randrange(size)
    pixels = bytearray()
    for y in range(size):
        for x in range(size):
            bright = (x + (y if number % 2 else 0) + shift) // (2 + number) % 2
            pixels += bytes(
                min(255, (value if bright else value // 4) + draw.randrange(24))
                for value in light)
    return png(bytes(pixels), size)


def make_data(program, work, each):
    """Made-up pictures in class folders, prepared by the program; gives the data set's folder."""
    data = work / "data"
    if (data / "dataset.json").exists():
        return data
    draw = random.Random(7)
    for number, name in enumerate(CLASSES):
        folder = work / "pictures" / name
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(each):
            (folder / f"{index:03d}.png").write_bytes(picture(number, draw))
    subprocess.run(
        [program, "prepare", work / "pictures", "--out", data, "--size", "32", "--quiet",
         "--duplicates", "report"], check=True, stdout=subprocess.DEVNULL)
    return data


class Run:
    """A command in a process group of its own, its messages in a file."""

    def __init__(self, command, log, scratch):
        environment = os.environ | {
            "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "TMPDIR": str(scratch)}
        self.log = log
        self.began = time.monotonic()
        with open(log, "wb") as messages:
            self.process = subprocess.Popen(
                [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=messages,
                env=environment, start_new_session=True)

    @property
    def ended(self):
        return self.process.poll() is not None

    @property
    def seconds(self):
        return time.monotonic() - self.began

    def kill(self):
        """Kills the whole group; gives whether there was anything to kill."""
        alive = not self.ended
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        return alive

    def wait(self):
        return self.process.wait()

    @property
    def messages(self):
        return self.log.read_text(errors="replace")


def steps(run):
    """The step of the last whole line of a run's log; 0 before the first."""
    return last(run)[0]


def last(run):
    """Step and kind of the last whole line of a run's log."""
    try:
        with open(run / "log.jsonl", "rb") as file:
            file.seek(max(0, os.path.getsize(run / "log.jsonl") - 1000))
            lines = file.read().split(b"\n")[:-1]
        line = json.loads(lines[-1]) if lines else {"step": 0, "kind": ""}
        return line["step"], line["kind"]
    except (OSError, ValueError):
        return 0, ""


def partial(run, *prefixes, process=""):
    """Names of what is being written, by anybody or a process: a checkpoint, a link, the model."""
    found = []
    for folder in (run, run / "checkpoints"):
        try:
            found += [name for name in os.listdir(folder)
                      if ".partial-" in name and name.endswith(f"-{process}" if process else "")]
        except OSError:
            pass
    return [name for name in found if not prefixes or name.startswith(prefixes)]


def files(folder):
    """Every file and link below a folder: name to bytes, or to the link's target."""
    found = {}
    for place, folders, names in os.walk(folder):
        for name in names + folders:
            path = pathlib.Path(place, name)
            if path.is_symlink():
                found[str(path.relative_to(folder))] = f"-> {os.readlink(path)}"
            elif path.is_file():
                found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def journal(bytes_):
    """The lines of log.jsonl without what a clock decides."""
    lines = [json.loads(line) for line in bytes_.decode().split("\n") if line]
    return [{key: value for key, value in line.items() if key not in TIMED} for line in lines]


def fields(bytes_):
    """The fields of a protocol buffer message: number and value."""
    place = 0

    def varint():
        nonlocal place
        value = shift = 0
        while True:
            byte = bytes_[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while place < len(bytes_):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
            continue
        size = {1: 8, 5: 4}.get(key & 7)
        size = varint() if size is None else size
        yield key >> 3, bytes_[place:place + size]
        place += size


def scalars(contents):
    """What TensorBoard shows of a run's event files: the last value by name and step."""
    found = {}
    for content in contents:
        place = 0
        while place < len(content):
            size, = struct.unpack_from("<Q", content, place)
            event = dict(fields(content[place + 12:place + 12 + size]))
            place += size + 16
            for number, value in fields(event.get(5, b"")):
                part = dict(fields(value))
                name = part[1].decode()
                if name.split("/")[-1] not in TIMED:
                    found[name, event.get(2, 0)] = part[2]
    return found


def differences(whole, other):
    """What tells one finished run folder from another, a line each; nothing when they are equal.

    Every name and every byte, with two exceptions: of the log, which is compared line by line, the
    throughput; of TensorBoard's files, one of which begins with each start and which hold times,
    the last value of each scalar at each step is compared.
    """
    a, b = files(whole), files(other)
    events = [[found.pop(name) for name in sorted(found) if name.startswith("events.")]
              for found in (a, b)]
    lines = [f"missing: {name}" for name in sorted(a.keys() - b.keys())]
    lines += [f"left over: {name}" for name in sorted(b.keys() - a.keys())]
    for name in sorted(a.keys() & b.keys()):
        if name == "log.jsonl":
            if journal(a[name]) != journal(b[name]):
                pairs = [(x, y) for x, y in zip(journal(a[name]), journal(b[name])) if x != y]
                lines.append(f"differs: {name}" + "".join(f"\n  {x}\n  {y}" for x, y in pairs[:2]))
        elif a[name] != b[name]:
            lines.append(f"differs: {name}")
    if scalars(events[0]) != scalars(events[1]):
        lines.append("differs: the scalars in events.out.tfevents.*")
    return lines


def compared(whole):
    """How many files and bytes of a run are compared byte for byte."""
    found = [x for name, x in files(whole).items()
             if not name.startswith(("events.", "log.jsonl"))]
    return len(found), sum(len(x) for x in found)


def table(rows):
    """Prints rows of cells in columns."""
    widths = [max(len(str(cell)) for cell in column) for column in zip(*rows)]
    for row in rows:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip())
