/// The Python modules that MLflow loads a bundle with. They are kept as text in the program, so
/// that `cambium` stays one file; every bundle holds them under `code/`.
enum MLflowLoader {
    /// The module's name, which `MLmodel` gives as `loader_module`.
    static let module = "cambium_pyfunc"

    /// What keeps the model: the client package's own module (python/cambium_client/pipe.py),
    /// byte for byte.
    static let pipe = #"""
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

        """#

    /// Python 3.9 or newer, with pandas; nothing is pickled.
    static let source = #"""
        """MLflow's way into a Cambium bundle: ``mlflow.pyfunc.load_model(BUNDLE).predict(frame)``.

        The frame has a column ``image``; each row holds an image file's bytes, the same bytes as
        base64 (with or without line breaks), or the path of a file. Other columns are ignored.
        The answer has one row an image, under the same index:

        label, class_id, score    the likeliest class and its probability
        probabilities             a list, in the order of the classes in bundle.json
        predictions               a list of {class_id, label, score}, scores falling; where images may
                                  have several classes also whether each is present

        Parameters, as Microsoft's packaged classifiers take them: where
        ``image_standardization_jpeg_compression_ratio`` (theirs: 75) or
        ``image_standardization_image_size`` (theirs: 512) is given, every picture is first resized to that
        square and compressed as JPEG of that quality, the one that is not given at Microsoft's value.
        Without them, which is the default, pictures are prepared by the bundle's own recipe, that of its
        training data.

        The work is done by the program ``cambium``: the one that the environment variable CAMBIUM
        names, else the one on PATH. It is started once, keeps the model, and is asked over a pipe.
        """

        from __future__ import annotations

        import base64
        import binascii
        import os
        from pathlib import Path

        import pandas

        from cambium_pipe import BundleProgram, ProgramError

        COLUMNS = ["label", "class_id", "score", "probabilities", "predictions"]
        # One question's share of a frame.
        ROWS = 16
        RATIO = "image_standardization_jpeg_compression_ratio"
        SIZE = "image_standardization_image_size"


        class BundleError(ValueError):
            """A bundle, program or image that cannot be used; the message says which and why."""


        def _load_pyfunc(path: str, model_config: dict | None = None) -> BundleModel:
            """Opens the bundle at ``path``; MLflow calls this."""
            return BundleModel(path)


        class BundleModel:
            """A bundle that the program has checked to the last byte and loaded."""

            def __init__(self, path: str) -> None:
                self.path = Path(path).resolve()
                try:
                    self.program = BundleProgram(self.path, arguments=["--mlflow"])
                    labels = self.program.start()["labels"]
                except ProgramError as error:
                    raise BundleError(str(error)) from error
                self.class_ids = [label["class_id"] for label in labels]

            def predict(self, frame: pandas.DataFrame, params: dict | None = None) -> pandas.DataFrame:
                """Classifies the images of the column ``image``."""
                if not isinstance(frame, pandas.DataFrame) or "image" not in frame.columns:
                    raise BundleError("the input must be a pandas DataFrame with a column 'image'")
                request = {"standardization": standardization(params or {})}
                values = list(frame["image"])
                rows = []
                for start in range(0, len(values), ROWS):
                    part = enumerate(values[start : start + ROWS], start)
                    images = [encoded(value, row) for row, value in part]
                    try:
                        answer = self.program.ask({**request, "images": images})
                    except ProgramError as error:
                        raise BundleError(str(error)) from error
                    for row, entry in enumerate(answer["images"], start):
                        if "error" in entry:
                            raise BundleError(f"row {row}, column 'image': {entry['error']}")
                        rows.append(self._row(entry["predictions"]))
                return pandas.DataFrame(rows, index=frame.index, columns=COLUMNS)

            def _row(self, predictions: list[dict]) -> tuple:
                scores = {entry["class_id"]: entry["score"] for entry in predictions}
                best = predictions[0]
                probabilities = [scores[class_id] for class_id in self.class_ids]
                return best["label"], best["class_id"], best["score"], probabilities, predictions


        def standardization(params: dict) -> dict | None:
            """What is to be done to pictures first; None for nothing."""
            given = {name: params[name] for name in (RATIO, SIZE) if params.get(name) is not None}
            if not given:
                return None
            for name, value in given.items():
                if int(value) != value:
                    raise BundleError(f"{name}: {value!r} is no whole number")
            return {"quality": int(given.get(RATIO, 75)), "size": int(given.get(SIZE, 512))}


        def encoded(value: object, row: int) -> str:
            """One cell's image as base64."""
            if isinstance(value, os.PathLike):
                value = os.fspath(value)
            if isinstance(value, str):
                value = value.strip()
                if value and os.path.isfile(value):
                    with open(value, "rb") as file:
                        value = file.read()
                else:
                    value = decoded(value, row)
            if not isinstance(value, (bytes, bytearray, memoryview)):
                got = "nothing" if pandas.isna(value) is True else f"a {type(value).__name__}"
                raise BundleError(
                    f"row {row}, column 'image': holds {got}; give an image file's bytes, base64 "
                    "of them, or its path"
                )
            if len(value) == 0:
                raise BundleError(f"row {row}, column 'image': is empty")
            return base64.b64encode(value).decode("ascii")


        def decoded(text: str, row: int) -> bytes:
            """The bytes of base64 text, whose line breaks do not count."""
            try:
                return base64.b64decode("".join(text.split()), validate=True)
            except (binascii.Error, ValueError) as error:
                shown = text if len(text) <= 60 else f"{text[:60]}..."
                raise BundleError(
                    f"row {row}, column 'image': {shown!r} is neither base64 nor an existing file"
                ) from error

        """#
}
