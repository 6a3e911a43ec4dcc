"""LocalClient and its pipe with the real program; skipped where it is not built.

The program is the one that CAMBIUM names, else .build/release/cambium.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import unittest.mock

from cambium_client import CambiumError, LocalClient, Standardization
from cambium_client.local import installed
from cambium_client.pipe import BundleProgram, ProgramError

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("CAMBIUM", str(ROOT / ".build/release/cambium"))
MODEL = ROOT / "Tests/EncodersTests/Fixtures/mi2-mini"
IMAGES = [MODEL / "images" / name for name in ("exact.png", "grey.png", "photo.jpg", "wide.png")]


@unittest.skipUnless(os.access(PROGRAM, os.X_OK), "the program is not built")
class LocalClientTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.bundle = os.path.join(cls.folder.name, "bundle")
        labels = os.path.join(cls.folder.name, "labels.txt")
        pathlib.Path(labels).write_text("heart\nläsion\n", "utf-8")
        cls.run_program("package", "--model", MODEL, "--labels", labels, "--out", cls.bundle, "-q")

    @classmethod
    def run_program(cls, *arguments):
        command = [PROGRAM, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, check=True).stdout

    def client(self):
        client = LocalClient(self.bundle, PROGRAM)
        self.addCleanup(client.close)
        return client

    def expected(self):
        answer = json.loads(self.run_program("predict", self.bundle, "--json", "-q", *IMAGES))
        return [entry["predictions"] for entry in answer]

    def test_the_same_numbers_as_the_program_itself(self):
        client = self.client()
        self.assertEqual(client.labels, {1: "heart", 2: "läsion"})
        mixed = [IMAGES[0], IMAGES[1].read_bytes(), *IMAGES[2:]]
        for images in client.classify(mixed).images, client.classify(mixed * 5).images[-4:]:
            for got, wanted in zip(images, self.expected()):
                for one, other in zip(got, wanted):
                    self.assertEqual((one.class_id, one.label), (other["class_id"], other["label"]))
                    self.assertAlmostEqual(one.score, other["score"], delta=1e-6)

    def test_embeddings_have_length_one_and_a_width(self):
        result = self.client().embed(IMAGES, ["heart", "läsion", "heart"])
        for vector in [*result.images, *result.texts]:
            self.assertEqual(len(vector), 24)
            self.assertAlmostEqual(sum(x * x for x in vector), 1, places=5)
        for one, other in zip(result.texts[0], result.texts[2]):
            self.assertAlmostEqual(one, other, delta=1e-6)

    def test_a_bad_row_spares_the_others(self):
        broken = IMAGES[0].read_bytes()[:200]
        result = self.client().classify([IMAGES[0], broken, b"no picture", IMAGES[1]])
        self.assertEqual([row is None for row in result.images], [False, True, True, False])
        self.assertEqual(sorted(result.errors), [1, 2])

    def test_the_clouds_standardisation_changes_pictures_only_where_it_is_asked_for(self):
        client = self.client()
        plain, other = client.embed(IMAGES[2:3]), client.embed(IMAGES[2:3], (), Standardization())
        self.assertNotEqual(plain.images, other.images)
        with self.assertRaises(CambiumError):
            client.embed(IMAGES[2:3], (), Standardization(quality=0))

    def test_an_unknown_operating_point_is_refused(self):
        with self.assertRaisesRegex(CambiumError, "this bundle has none"):
            self.client().classify(IMAGES[:1], operating_point="f1")

    def test_the_program_is_started_once_and_again_when_it_died(self):
        client = self.client()
        client.classify(IMAGES[:1])
        first = client._program._running._process
        client.classify(IMAGES[:1])
        self.assertIs(client._program._running._process, first)
        first.send_signal(signal.SIGKILL)
        first.wait()
        self.assertIsNotNone(client.classify(IMAGES[:1]).images[0])
        self.assertIsNot(client._program._running._process, first)

    def test_threads_wait_for_each_other(self):
        client, wanted, wrong = self.client(), self.expected(), []

        def work(row):
            for _ in range(5):
                got = client.classify([IMAGES[row]]).images[0]
                if [one.class_id for one in got] != [one["class_id"] for one in wanted[row]]:
                    wrong.append(row)

        threads = [threading.Thread(target=work, args=(row,)) for row in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_a_fork_has_a_program_of_its_own(self):
        client = self.client()
        client.classify(IMAGES[:1])
        own = client._program._running._process.pid
        child = os.fork()
        if child == 0:
            status = 1
            try:
                result = client.classify(IMAGES[:1])
                other = client._program._running._process.pid
                status = 0 if result.images[0] and other != own else 2
                client.close()
            finally:
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertIsNotNone(client.classify(IMAGES[:1]).images[0])
        self.assertEqual(client._program._running._process.pid, own)

    def test_no_program_outlives_its_interpreter(self):
        script = (
            "import sys\n"
            "from cambium_client import LocalClient\n"
            "client = LocalClient(sys.argv[1], sys.argv[2])\n"
            "print(client._program._running._process.pid)\n"
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
        run = subprocess.run(
            [sys.executable, "-c", script, self.bundle, PROGRAM],
            capture_output=True, check=True, env=environment,
        )
        with self.assertRaises(ProcessLookupError):
            os.kill(int(run.stdout), 0)

    def test_a_damaged_bundle_and_a_missing_program_are_told(self):
        extra = os.path.join(self.bundle, "extra")
        pathlib.Path(extra).write_text("")
        try:
            with self.assertRaisesRegex(CambiumError, "extra: is not named in bundle.json"):
                LocalClient(self.bundle, PROGRAM)
        finally:
            os.remove(extra)
        with self.assertRaisesRegex(CambiumError, "no program"):
            LocalClient(self.bundle, "/nowhere/cambium")

    def test_the_stream_answers_every_line_and_ends_with_its_input(self):
        requests = [
            b"no json", b"[]", b'{"id": 1, "imagse": []}', b'{"id": 2, "images": ["$"]}',
            b'{"id": 3, "images": [7]}', b'{"id": 4, "texts": [1]}', b"",
            b'{"id": 5, "images": [""]}', b'{"id": 6}', b'{"id": 7, "images": "x"}',
            b'{"id": 8, "texts": ["a"]}',
        ]
        run = subprocess.run(
            [PROGRAM, "predict", self.bundle, "--stream", "--quiet"],
            input=b"\n".join(requests), capture_output=True, check=True,
        )
        answers = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual(answers[0]["protocol"], 1)
        answers = answers[1:]
        self.assertEqual([entry["id"] for entry in answers], [None, None, 1, 2, 3, 4, 5, 6, 7, 8])
        for place in (0, 1, 2, 5, 8):
            self.assertIn("error", answers[place])
        for place in (3, 4, 6):
            self.assertIn("error", answers[place]["images"][0])
        self.assertEqual(answers[7], {"id": 6, "images": []})
        self.assertEqual(len(answers[9]["texts"][0]), 24)

    def test_a_request_that_makes_no_sense_leaves_the_program_alive(self):
        program = BundleProgram(self.bundle, PROGRAM)
        self.addCleanup(program.close)
        with self.assertRaises(ProgramError):
            program.ask({"what": 1})
        self.assertEqual(program.ask({})["images"], [])


class InstalledProgramTests(unittest.TestCase):
    def test_it_is_found_beside_python_where_path_does_not_have_it(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "cambium")
            with unittest.mock.patch("sysconfig.get_path", return_value=folder):
                with unittest.mock.patch.dict(os.environ, {"PATH": "/nowhere", "CAMBIUM": ""}):
                    self.assertIsNone(installed())
                    program.touch(0o755)
                    self.assertEqual(installed(), str(program))
                with unittest.mock.patch.dict(os.environ, {"PATH": folder, "CAMBIUM": ""}):
                    self.assertIsNone(installed())


if __name__ == "__main__":
    unittest.main()
