"""HTTP/1.1 for the fake provider, on asyncio protocols because these tell at once when the client goes away."""

import asyncio
import itertools
import json
import time

REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
           429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}


class Aborted(Exception):
    """The client closed the connection before the answer was complete."""


class Request:
    def __init__(self, method, path, headers, body, received_at):
        self.method, self.path, self.headers, self.body, self.received_at = method, path, headers, body, received_at


class Connection(asyncio.Protocol):
    numbers = itertools.count(1)

    def __init__(self, handle):
        self.handle = handle
        self.number = next(Connection.numbers)
        self.buffer = bytearray()
        self.task = None
        self.bytes_sent = 0
        self.lost_at = None
        self.lost = asyncio.Event()
        self.writable = asyncio.Event()
        self.writable.set()
        self.close_after = False

    # What asyncio calls.

    def connection_made(self, transport):
        self.transport = transport
        transport.set_write_buffer_limits(high=65536)

    def data_received(self, data):
        self.buffer += data
        self.take_request()

    def eof_received(self):
        self.went_away()

    def connection_lost(self, fault):
        self.went_away()

    def pause_writing(self):
        self.writable.clear()

    def resume_writing(self):
        self.writable.set()

    def tls_resumed(self):
        tls = self.transport.get_extra_info("ssl_object")
        return tls.session_reused if tls else None

    def went_away(self):
        if self.lost_at is None:
            self.lost_at = time.monotonic()
            self.lost.set()
            self.writable.set()
            if self.task:
                self.task.cancel()

    def take_request(self):
        """Starts the next request once all of it is here; one at a time."""
        head, separator, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        if self.task or not separator:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        self.buffer = bytearray(rest[length:])
        request = Request(method, path, headers, rest[:length], time.monotonic())
        self.task = asyncio.get_running_loop().create_task(self.run(request))

    async def run(self, request):
        try:
            await self.handle(request, self)
        except (Aborted, asyncio.CancelledError):
            self.transport.abort()
            return
        except Exception as fault:
            await self.reply_json(500, {"error": {"message": str(fault), "code": "fake_fault"}})
        self.task = None
        if self.close_after:
            self.transport.close()
        else:
            self.take_request()

    # What handlers call.

    async def write(self, data):
        if self.lost_at is not None:
            raise Aborted
        self.transport.write(data)
        self.bytes_sent += len(data)
        await self.writable.wait()
        if self.lost_at is not None:
            raise Aborted

    async def start(self, status, headers, keep_alive=True):
        """Status line and headers of an answer that `piece` and `end` go on with."""
        self.close_after = not keep_alive
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}", "Transfer-Encoding: chunked"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [] if keep_alive else ["Connection: close"]
        await self.write("\r\n".join(lines + ["", ""]).encode())

    async def piece(self, data):
        await self.write(b"%x\r\n%b\r\n" % (len(data), data))

    async def end(self):
        await self.write(b"0\r\n\r\n")

    async def reply_json(self, status, value, headers={}, body=True):
        data = json.dumps(value).encode()
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}", "Content-Type: application/json",
                 f"Content-Length: {len(data)}"] + [f"{name}: {text}" for name, text in headers.items()]
        await self.write("\r\n".join(lines + ["", ""]).encode() + (data if body else b""))

    async def wait_for_loss(self):
        await self.lost.wait()
        raise Aborted

    def cut(self):
        """Closes the connection in the middle of the answer."""
        self.close_after = True
        self.transport.abort()
