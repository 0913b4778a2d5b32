"""A student's browser, as far as a hub sees one: logs in, starts the server, runs cells, saves.

Needs the packages of classroom/requirements.txt.
"""

import json
import re
import uuid

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.httputil import HTTPHeaders, url_concat
from tornado.websocket import websocket_connect

AsyncHTTPClient.configure(None, max_clients=200)


class Visitor:
    """One student at one hub.

    Args:
        hub: the hub's address, such as "http://127.0.0.1:8000".
        name: the student's.
    """

    def __init__(self, hub, name):
        self.hub, self.name = hub.rstrip("/"), name
        self.cookies = {}  # (path, name) to value
        self._client = AsyncHTTPClient()

    async def fetch(self, path, method="GET", body=None, follow=True, **headers):
        """Fetch a page with this student's cookies; follows redirections, and keeps new cookies."""
        for _ in range(12):
            url = path if path.startswith("http") else self.hub + path
            response = await self._client.fetch(
                HTTPRequest(
                    url, method, headers=self._headers(url, headers), body=body,
                    follow_redirects=False, request_timeout=300, connect_timeout=60,
                    validate_cert=False, allow_nonstandard_methods=True,
                ),
                raise_error=False,
            )  # fmt: skip
            self._keep(response)
            where = response.headers.get("Location")
            if not (follow and where and response.code in (301, 302, 303, 307)):
                return response
            path, method, body = where, "GET", None
        raise RuntimeError(f"{url} leads on and on")

    async def log_in(self, password):
        """Log in by the page's form; returns whether the hub let the student in."""
        page = (await self.fetch("/hub/login")).body.decode()
        token = re.search(r'name="_xsrf" value="([^"]+)"', page)[1]
        form = url_concat("", {"_xsrf": token, "username": self.name, "password": password})[1:]
        answer = await self.fetch(
            "/hub/login", "POST", form, follow=False,
            **{"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        return answer.code == 302

    async def start_server(self, sleep):
        """Start the student's server and wait until its lab answers; returns the lab's page."""
        asked = await self.fetch("/hub/spawn")
        if asked.code >= 400:
            raise RuntimeError(f"{self.name}: the hub answers {asked.code} to who would start")
        while True:
            page = await self.fetch(f"/user/{self.name}/lab")
            if page.code == 200 and b"jupyter-config-data" in page.body:
                return page.body.decode()
            if page.code not in (200, 424, 503):
                raise RuntimeError(f"{self.name}: the lab answers {page.code}")
            await sleep(1)

    async def api(self, path, method="GET", data=None):
        """A request to the student's server; returns what its JSON says."""
        body = None if data is None else json.dumps(data)
        answer = await self.fetch(f"/user/{self.name}/api/{path}", method, body)
        if answer.code >= 400:
            raise RuntimeError(f"{self.name}: {method} {path} answers {answer.code}")
        return json.loads(answer.body) if answer.body else None

    async def kernel(self, notebook):
        """Start a kernel for a notebook, as opening it does; returns a Kernel."""
        started = await self.api(
            "sessions", "POST",
            {"path": notebook, "type": "notebook", "name": "", "kernel": {"name": "python3"}},
        )  # fmt: skip
        channels = f"/user/{self.name}/api/kernels/{started['kernel']['id']}/channels"
        url = self.hub + channels
        headers = self._headers(url, {})
        socket = await websocket_connect(
            HTTPRequest(
                "ws" + url.removeprefix("http"), headers=headers, validate_cert=False,
                connect_timeout=300,
            ),
            ping_interval=20,
        )  # fmt: skip
        return Kernel(socket, started["kernel"]["id"])

    def _headers(self, url, more):
        path = "/" + url.split("/", 3)[3] if url.count("/") > 2 else "/"
        known = {}
        for (at, name), value in sorted(self.cookies.items(), key=lambda cookie: len(cookie[0][0])):
            if path.startswith(at):
                known[name] = value  # that of the longest path wins
        headers = HTTPHeaders({"Cookie": "; ".join(f"{n}={v}" for n, v in known.items()), **more})
        if "_xsrf" in known:
            headers["X-XSRFToken"] = known["_xsrf"]
        headers["Referer"] = url
        return headers

    def _keep(self, response):
        for line in response.headers.get_list("Set-Cookie"):
            (name, value), *attributes = (
                part.strip().partition("=")[::2] for part in line.split(";")
            )
            path = {key.lower(): value for key, value in attributes}.get("path", "/")
            self.cookies[path, name] = value.strip('"')


class Kernel:
    """A kernel of a student's, through the hub's proxy."""

    def __init__(self, socket, number):
        self._socket, self.number = socket, number

    async def run(self, source):
        """Run a cell; returns what it printed, and the error's name and text or None."""
        number = uuid.uuid4().hex
        header = {
            "msg_id": number, "msg_type": "execute_request", "username": "", "session": "visitor",
            "version": "5.3", "date": "2026-01-01T00:00:00Z",
        }  # fmt: skip
        content = {
            "code": source, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        await self._socket.write_message(
            json.dumps(
                {
                    "header": header, "parent_header": {}, "metadata": {}, "content": content,
                    "channel": "shell", "buffers": [],
                }
            )
        )  # fmt: skip
        printed, error = [], None
        while True:
            got = await self._socket.read_message()
            if got is None:
                raise RuntimeError("the connection to the kernel has ended")
            if isinstance(got, bytes):
                continue  # pictures for widgets
            message = json.loads(got)
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] in ("restarting", "dead"):
                raise RuntimeError("the kernel has died")
            if message["parent_header"].get("msg_id") != number:
                continue
            if kind == "stream":
                printed.append(content["text"])
            elif kind in ("display_data", "execute_result"):
                printed.append(content["data"].get("text/plain", ""))
            elif kind == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif kind == "status" and content["execution_state"] == "idle":
                return "".join(printed), error

    def close(self):
        """End the connection; the kernel goes on."""
        self._socket.close()
