"""What the fakes' HTTP servers have in common: routes, answers in JSON, and connections closed without one."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

HANG_SECONDS = 30


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    ROUTES = {}

    def do_GET(self):
        self._dispatch({})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._dispatch(json.loads(body or "{}"))

    def _dispatch(self, body):
        url = urlsplit(self.path)
        for pattern, method in self.ROUTES.items():
            match = re.fullmatch(pattern, url.path)
            if match:
                return method(self, body, parse_qs(url.query), *map(unquote, match.groups()))
        self._answer({"error": "no such path"}, 404)

    def _answer(self, answer, status=200):
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drop(self):
        self.close_connection = True

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
