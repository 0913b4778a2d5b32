"""A local server with bad habits, and the small archive it serves."""

import http.server
import io
import random
import re
import tarfile
import threading
import time

import patience

FILES = {
    "README.md": b"four clips\n",
    "yes/one.wav": random.Random(1).randbytes(150_000),
    "yes/two.wav": random.Random(2).randbytes(150_000),
    "_silence_/empty.wav": b"",
}


def packed(files):
    """A .tar.gz of `files` (name to contents), in the official archives' style: `./name`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for name, contents in files.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(contents)
            tar.addfile(member, io.BytesIO(contents))
    return buffer.getvalue()


class Server(http.server.ThreadingHTTPServer):
    """Serves `content`; each request takes the next entry of `plan` for how to misbehave.

    An entry is a dict: status, after (bytes to send), then ("close" or "stall"), pause (seconds),
    ranges (False: ignore them), length (False: unsaid), skew (bytes the range starts too late),
    content (in place of the server's).
    """

    daemon_threads = True

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.plan = []
        self.asked = []  # the Range header of each request
        self.paths = []  # its path
        self.sent = []  # the number of body bytes of each answer
        self.over = threading.Event()

    def handle_error(self, request, client_address):
        pass  # the client hung up, as some tests make it do


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        how = server.plan.pop(0) if server.plan else {}
        wanted = self.headers.get("Range")
        server.asked.append(wanted)
        server.paths.append(self.path)
        server.sent.append(0)
        if how.get("pause"):
            time.sleep(how["pause"])
        if "status" in how:
            self.send_error(how["status"])
            return
        content = how.get("content", server.content)
        size, start = len(content), 0
        if wanted and how.get("ranges", True):
            start = int(re.fullmatch(r"bytes=(\d+)-", wanted).group(1)) + how.get("skew", 0)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        else:
            self.send_response(200)
        if how.get("length", True):
            self.send_header("Content-Length", str(size - start))
        self.end_headers()
        body = content[start:][: how.get("after")]
        self.wfile.write(body)
        server.sent[-1] = len(body)
        if how.get("then") == "stall":
            server.over.wait(patience.seconds(30))

    def log_message(self, *arguments):
        pass
