"""Speaks with ``cambium predict BUNDLE --stream``: the program is started once and keeps the model.

Python 3.9 or newer, standard library only. Every bundle carries this file as
``code/cambium_pipe.py`` for MLflow; it is the client package's ``cambium_client/pipe.py``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
import weakref
from typing import IO, Any, Dict, List, Optional, Sequence, Union

Path = Union[str, "os.PathLike[str]"]


class ProgramError(RuntimeError):
    """The program cannot be started, refused the bundle or a request, or ended."""


class BundleProgram:
    """A running program with a loaded bundle.

    It is started by the first question and stays until :meth:`close`, the end of the interpreter,
    or its own end; then the next question starts it again. A process that was forked from this one
    starts a program of its own. Threads wait for each other.
    """

    def __init__(
        self, bundle: Path, program: Optional[Path] = None, arguments: Sequence[str] = ()
    ) -> None:
        self.bundle = os.path.abspath(os.fspath(bundle))
        self.program = find_program(program)
        self._arguments = list(arguments)
        self._lock = threading.Lock()
        self._running: Optional[_Running] = None
        self._number = 0

    def start(self) -> Dict[str, Any]:
        """Starts the program unless it runs, and gives its greeting: mode, labels, widths."""
        with self._lock:
            return self._started().greeting

    def ask(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """The answer to a request. A program that has died is started once more."""
        with self._lock:
            self._number += 1
            line = json.dumps({**request, "id": self._number}).encode("ascii") + b"\n"
            for attempt in (1, 2):
                running = self._started()
                answer = running.exchange(line)
                if answer is not None:
                    break
                reason = running.end()
                self._running = None
                if attempt == 2:
                    raise ProgramError(f"{self.program} ended while it worked: {reason}")
        if answer.get("id") != self._number:
            self.close()
            raise ProgramError(f"{self.program} answered another request: {answer.get('error')}")
        if "error" in answer:
            raise ProgramError(str(answer["error"]))
        return answer

    def close(self) -> None:
        """Ends the program."""
        with self._lock:
            if self._running is not None:
                self._running.end()
                self._running = None

    def __enter__(self) -> "BundleProgram":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _started(self) -> "_Running":
        running = self._running
        if running is not None and running.is_usable():
            return running
        command = [self.program, "predict", self.bundle, "--stream", "--quiet", *self._arguments]
        self._running = _Running(command)
        return self._running


class _Running:
    """One start of the program."""

    def __init__(self, command: List[str]) -> None:
        self._errors = tempfile.TemporaryFile(prefix="cambium-")
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
            )
        except OSError as error:
            self._errors.close()
            raise ProgramError(f"{command[0]}: cannot be started: {error.strerror}") from error
        self._owner = os.getpid()
        self._finalizer = weakref.finalize(
            self, _end, self._process, self._errors, self._owner, wait=5.0
        )
        greeting = self._read()
        if greeting is None or greeting.get("protocol") != 1:
            raise ProgramError(self.end())
        self.greeting = greeting

    def is_usable(self) -> bool:
        """Whether it lives and is this process's own, not that of the one it was forked from."""
        return os.getpid() == self._owner and self._process.poll() is None

    def exchange(self, line: bytes) -> Optional[Dict[str, Any]]:
        """Sends a line and gives the answer; None when the program is gone."""
        stdin = self._process.stdin
        if stdin is None:
            return None
        try:
            stdin.write(line)
            stdin.flush()
        except (BrokenPipeError, ValueError):
            return None
        return self._read()

    def _read(self) -> Optional[Dict[str, Any]]:
        stdout = self._process.stdout
        line = stdout.readline() if stdout is not None else b""
        if not line.endswith(b"\n"):
            return None
        answer = json.loads(line)
        return answer if isinstance(answer, dict) else None

    def end(self) -> str:
        """Ends it and gives the last thing it said, or its exit status."""
        complaint = self._finalizer() if self._finalizer.alive else ""
        return complaint or f"exit status {self._process.returncode}"


def _end(
    process: "subprocess.Popen[bytes]", errors: IO[bytes], owner: int, wait: float
) -> Optional[str]:
    for pipe in (process.stdin, process.stdout):
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            pass
    if os.getpid() != owner:
        # A fork's copies are closed; the program is its parent's to end.
        errors.close()
        process.returncode = 0
        return None
    try:
        process.wait(wait)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").splitlines()
    errors.close()
    return lines[-1] if lines else None


def find_program(named: Optional[Path] = None) -> str:
    """The program's path: the one that is named, the variable CAMBIUM's, or the one on PATH."""
    wanted = os.fspath(named) if named is not None else os.environ.get("CAMBIUM")
    program = shutil.which(wanted or "cambium")
    if program is not None:
        return os.path.abspath(program)
    if wanted:
        raise ProgramError(
            f"CAMBIUM={wanted}: is no program that can be run; set CAMBIUM to the path of the "
            "program cambium"
        )
    raise ProgramError(
        "the program cambium is not on PATH: put it there, or set the environment variable "
        "CAMBIUM to its path"
    )
