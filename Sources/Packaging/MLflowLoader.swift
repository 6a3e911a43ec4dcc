/// The Python module that MLflow loads a bundle with. It is kept as text in the program, so that
/// `cambium` stays one file; every bundle holds it as `code/cambium_pyfunc.py`.
enum MLflowLoader {
    /// The module's name, which `MLmodel` gives as `loader_module`.
    static let module = "cambium_pyfunc"

    /// Python 3.9 or newer, with pandas; nothing is pickled.
    static let source = #"""
        """MLflow's way into a Cambium bundle: ``mlflow.pyfunc.load_model(BUNDLE).predict(frame)``.

        The frame has a column ``image``; each row holds an image file's bytes, the same bytes as
        base64 (with or without line breaks), or the path of a file. Other columns are ignored.
        The answer has one row an image, under the same index:

        label, class_id, score    the likeliest class and its probability
        probabilities             a list, in the order of the classes in bundle.json
        predictions               a list of {class_id, label, score}, scores falling

        The work is done by the program ``cambium``: the one that the environment variable CAMBIUM
        names, else the one on PATH. Each call of ``predict`` starts it anew on temporary files,
        which loads the model each time: give many rows at once. A program that stays loaded
        between calls comes with a later version of Cambium.
        """

        from __future__ import annotations

        import base64
        import binascii
        import hashlib
        import json
        import os
        import shutil
        import subprocess
        import tempfile
        from pathlib import Path

        import pandas

        COLUMNS = ["label", "class_id", "score", "probabilities", "predictions"]
        # Rows for one start of the program: bounds the temporary files and the command line.
        ROWS_A_RUN = 512


        class BundleError(ValueError):
            """A bundle, program or image that cannot be used; the message says which and why."""


        def _load_pyfunc(path: str, model_config: dict | None = None) -> BundleModel:
            """Opens the bundle at ``path``; MLflow calls this."""
            return BundleModel(path)


        class BundleModel:
            """A bundle whose files match ``bundle.json``, and the program that runs it."""

            def __init__(self, path: str) -> None:
                self.path = Path(path).resolve()
                self.program = find_program()
                self.class_ids = checked_class_ids(self.path)

            def predict(self, frame: pandas.DataFrame) -> pandas.DataFrame:
                """Classifies the images of the column ``image``."""
                if not isinstance(frame, pandas.DataFrame) or "image" not in frame.columns:
                    raise BundleError("the input must be a pandas DataFrame with a column 'image'")
                values = list(frame["image"])
                rows = []
                for start in range(0, len(values), ROWS_A_RUN):
                    rows += self._run(start, values[start : start + ROWS_A_RUN])
                return pandas.DataFrame(rows, index=frame.index, columns=COLUMNS)

            def _run(self, start: int, values: list) -> list[tuple]:
                with tempfile.TemporaryDirectory(prefix="cambium-") as folder:
                    files = []
                    for row, value in enumerate(values, start):
                        files.append(os.path.join(folder, f"row-{row}"))
                        stage(value, files[-1], row)
                    command = [self.program, "predict", str(self.path), "--json", "--quiet"]
                    run = subprocess.run(
                        command + files, stdin=subprocess.DEVNULL, capture_output=True, check=False
                    )
                complaints = run.stderr.decode("utf-8", "replace").splitlines()
                if run.returncode not in (0, 1) or not run.stdout:
                    reason = complaints[-1] if complaints else "it gave no reason"
                    raise BundleError(f"{self.program} ended with {run.returncode}: {reason}")
                answers = {entry["image"]: entry for entry in json.loads(run.stdout)}
                for row, file in enumerate(files, start):
                    if file not in answers:
                        raise BundleError(f"row {row}, column 'image': {why(file, complaints)}")
                return [self._row(answers[file]["predictions"]) for file in files]

            def _row(self, predictions: list[dict]) -> tuple:
                scores = {entry["class_id"]: entry["score"] for entry in predictions}
                best = predictions[0]
                probabilities = [scores[class_id] for class_id in self.class_ids]
                return best["label"], best["class_id"], best["score"], probabilities, predictions


        def find_program() -> str:
            """The program's path, from CAMBIUM or PATH."""
            named = os.environ.get("CAMBIUM")
            program = shutil.which(named or "cambium")
            if program is not None:
                return os.path.abspath(program)
            if named:
                raise BundleError(
                    f"CAMBIUM={named}: is no program that can be run; set CAMBIUM to the path of "
                    "the program cambium"
                )
            raise BundleError(
                "the program cambium is not on PATH: put it there, or set the environment variable "
                "CAMBIUM to its path"
            )


        def checked_class_ids(path: Path) -> list[int]:
            """The classes of ``bundle.json``, once every file it names has its size and digest."""
            try:
                manifest = json.loads((path / "bundle.json").read_text("utf-8", "replace"))
                for name, file in sorted(manifest["files"].items()):
                    if (path / name).stat().st_size != file["size"]:
                        raise BundleError(f"{path / name}: does not have the size in bundle.json")
                    if digest(path / name) != file["sha256"]:
                        raise BundleError(f"{path / name}: does not match its SHA-256")
                return [label["class_id"] for label in manifest["labels"]]
            except OSError as error:
                raise BundleError(f"{error.filename}: {error.strerror}; copy it again") from error
            except (AttributeError, KeyError, TypeError, json.JSONDecodeError) as error:
                raise BundleError(f"{path / 'bundle.json'}: is damaged; copy it again") from error


        def digest(path: Path) -> str:
            """A file's SHA-256 in hexadecimal."""
            state = hashlib.sha256()
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    state.update(block)
            return state.hexdigest()


        def stage(value: object, file: str, row: int) -> None:
            """Puts one cell's image at ``file``."""
            if isinstance(value, os.PathLike):
                value = os.fspath(value)
            if isinstance(value, str):
                value = value.strip()
                if value and os.path.isfile(value):
                    os.symlink(os.path.abspath(value), file)
                    return
                value = decode(value, row)
            if not isinstance(value, (bytes, bytearray, memoryview)):
                got = "nothing" if pandas.isna(value) is True else f"a {type(value).__name__}"
                raise BundleError(
                    f"row {row}, column 'image': holds {got}; give an image file's bytes, base64 "
                    "of them, or its path"
                )
            if len(value) == 0:
                raise BundleError(f"row {row}, column 'image': is empty")
            with open(file, "wb") as output:
                output.write(value)


        def decode(text: str, row: int) -> bytes:
            """The bytes of base64 text, whose line breaks do not count."""
            try:
                return base64.b64decode("".join(text.split()), validate=True)
            except (binascii.Error, ValueError) as error:
                shown = text if len(text) <= 60 else f"{text[:60]}..."
                raise BundleError(
                    f"row {row}, column 'image': {shown!r} is neither base64 nor an existing file"
                ) from error


        def why(file: str, complaints: list[str]) -> str:
            """What the program said about a file."""
            for line in complaints:
                if f"{file}: " in line:
                    return line.split(f"{file}: ", 1)[1]
            return complaints[-1] if complaints else "cambium gave no answer"

        """#
}
