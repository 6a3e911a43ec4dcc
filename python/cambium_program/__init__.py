"""The program ``cambium`` of this wheel, and the way to start it.

The console command becomes the program: nothing of Python stays in between, and what the program
starts (the ranks of ``launch``, the stages of ``run``) it starts by itself.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from typing import NoReturn, Optional

#: Where the program and its libraries stand.
folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin")

#: The program.
path = os.path.join(folder, "cambium")


def torch_folder() -> Optional[str]:
    """The folder of the installed torch, which is not imported; None where there is none."""
    try:
        found = importlib.util.find_spec("torch")
    except (ImportError, ValueError):
        return None
    places = list(found.submodule_search_locations or []) if found is not None else []
    return places[0] if places else None


def main() -> NoReturn:
    """Becomes the program, with the arguments of this process."""
    if not os.environ.get("CAMBIUM_TORCH"):
        torch = torch_folder()
        if torch is not None:
            os.environ["CAMBIUM_TORCH"] = torch
    # Python ignores these two, and what is ignored stays so in the program.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execv(path, [path, *sys.argv[1:]])
