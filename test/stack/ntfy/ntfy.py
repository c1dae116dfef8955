"""ntfy: takes a notification for a topic. A campaign's behaviour says what it answers (see outside/behaviour.py)."""

import json
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

PORT = 8090
BEHAVIOUR = "http://127.0.0.1:9000/campaigns{topic}/ntfy"


class Ntfy(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer(200)

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with urllib.request.urlopen(BEHAVIOUR.format(topic=self.path)) as answer:
            status = json.load(answer)["status"]
        if status:
            self._answer(status)
            print(f"{unquote(self.path)}: {text.decode()}", flush=True)

    def _answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", PORT), Ntfy).serve_forever()
