"""ScoreClient against a server that is written from the endpoint's document."""

import base64
import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

from cambium_client import CambiumError, Prediction, ScoreClient, Standardization


class Endpoint(BaseHTTPRequestHandler):
    """Answers as the contract says; images are the bytes of a number."""

    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.seen.append((self.path, self.headers.get("Authorization"), body))
        if server.busy:
            status, headers = server.busy.pop(0)
            return self.reply(
                status, {"error": {"code": "busy", "message": "later", "where": "queue"}}, headers
            )
        self.reply(200, self.answer(body))

    def answer(self, body):
        rows, params = body["input_data"]["data"], body["params"]
        images, texts, errors = [], [], []
        for row, (image, text) in enumerate(rows):
            data = base64.b64decode(image)
            if data == b"bad":
                errors.append({"row": row, "code": "image", "message": "no picture", "where": "x"})
            images.append([float(data), 1.0] if data and data != b"bad" else None)
            texts.append([float(len(text))] if text else None)
        answer = {}
        if any(images) or errors:
            answer["image_features"] = images
            if self.server.classes:
                answer["probabilities"] = [i and [0.25, 0.75] for i in images]
                answer["labels"], answer["class_ids"] = ["a", "b"], [4, 7]
        if any(texts):
            answer["text_features"] = texts
        if params["get_scaling_factor"]:
            answer["scaling_factor"] = 4.5
        if errors:
            answer["errors"] = errors
        return answer

    def reply(self, status, answer, headers=()):
        body = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class ScoreClientTests(unittest.TestCase):
    def setUp(self):
        self.server = HTTPServer(("127.0.0.1", 0), Endpoint)
        self.server.seen, self.server.busy, self.server.classes = [], [], True
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def test_embeddings_of_images_and_texts(self):
        client = ScoreClient(self.url, token="secret")
        client.batch = 2
        result = client.embed([b"1", b"2", b"3"], ["one", "three"])
        self.assertEqual(result.images, [[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]])
        self.assertEqual(result.texts, [[3.0], [5.0]])
        self.assertEqual(result.scaling_factor, 4.5)
        self.assertEqual(len(self.server.seen), 3)
        path, authorization, body = self.server.seen[0]
        self.assertEqual((path, authorization), ("/score", "Bearer secret"))
        self.assertEqual(body["input_data"]["columns"], ["image", "text"])
        self.assertEqual(body["input_data"]["index"], [0, 1])

    def test_one_bad_image_does_not_fail_the_others(self):
        result = ScoreClient(self.url).classify([b"1", b"bad", b"2"])
        falling = [Prediction(7, "b", 0.75), Prediction(4, "a", 0.25)]
        self.assertEqual(result.images, [falling, None, falling])
        self.assertEqual(result.errors[1].message, "no picture")
        self.assertEqual(list(result.errors), [1])

    def test_the_clouds_standardisation_is_asked_for_by_its_own_names(self):
        ScoreClient(f"{self.url}/score").embed([b"1"], standardization=Standardization(256, 80))
        params = self.server.seen[0][2]["params"]
        self.assertEqual(params["image_standardization_image_size"], 256)
        self.assertEqual(params["image_standardization_jpeg_compression_ratio"], 80)
        ScoreClient(self.url).embed([b"1"])
        self.assertNotIn("image_standardization_image_size", self.server.seen[1][2]["params"])

    def test_a_busy_server_is_asked_again(self):
        self.server.busy = [(429, [("Retry-After", "0")]), (503, [("Retry-After", "0")])]
        self.assertEqual(ScoreClient(self.url).embed([b"5"]).images, [[5.0, 1.0]])
        self.assertEqual(len(self.server.seen), 3)

    def test_what_will_not_get_better_is_told_at_once(self):
        self.server.busy = [(401, []), (429, [("Retry-After", "0")])]
        with self.assertRaises(CambiumError) as caught:
            ScoreClient(self.url).embed([b"5"])
        self.assertEqual((caught.exception.code, caught.exception.status), ("busy", 401))
        self.assertIn("queue: later", str(caught.exception))
        with self.assertRaises(CambiumError) as caught:
            ScoreClient(self.url, retries=0).embed([b"5"])
        self.assertEqual(caught.exception.status, 429)

    def test_an_encoder_has_no_classes(self):
        self.server.classes = False
        with self.assertRaises(CambiumError) as caught:
            ScoreClient(self.url).classify([b"1"])
        self.assertEqual(caught.exception.code, "no_classes")

    def test_nobody_there(self):
        with self.assertRaises(CambiumError) as caught:
            ScoreClient("http://127.0.0.1:1", retries=0).embed([b"1"])
        self.assertEqual(caught.exception.code, "network")


if __name__ == "__main__":
    unittest.main()
