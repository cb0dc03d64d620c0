import asyncio
import json
import threading

from .recorder import RECORDER, Recorder, shape_of

TEXT, BINARY, CONTINUATION, CLOSE = 1, 2, 0, 8


class Frames:
    """Server frames of one WebSocket out of a stream of bytes (RFC 6455 section 5.2), handed over as they pass."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.buffer = bytearray()
        self.message = bytearray()
        self.is_upgraded = False
        self.is_over = False
        self.shape: str | None = None

    def feed(self, data: bytes) -> None:
        if self.is_over:
            return
        self.buffer += data
        if not self.is_upgraded and not self.upgrade():
            return
        while self.frame():
            pass

    def upgrade(self) -> bool:
        """Takes the head of the answer away; whether frames follow."""
        head, separator, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        if not separator:
            return False
        self.is_over = not head.startswith(b"HTTP/1.1 101")
        if b"sec-websocket-extensions" in head.lower():
            self.recorder.note("ga", "upgrade", ["an extension was negotiated; its frames cannot be judged"])
            self.is_over = True
        self.buffer = bytearray(rest)
        self.is_upgraded = not self.is_over
        return self.is_upgraded

    def frame(self) -> bool:
        """Takes one frame off the buffer, if it is complete."""
        buffer = self.buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 0x7F, 2
        if length >= 126:
            size = 2 if length == 126 else 8
            start += size
            if len(buffer) < start:
                return False
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return False
        is_final, operation = buffer[0] & 0x80, buffer[0] & 0x0F
        payload = bytes(buffer[start : start + length])
        del buffer[: start + length]
        if operation in (TEXT, BINARY, CONTINUATION):
            self.message += payload
            if is_final:
                message, self.message = bytes(self.message), bytearray()
                self.judge(message)
        elif operation == CLOSE:
            self.is_over = True
            return False
        return True

    def judge(self, message: bytes) -> None:
        if self.shape is None:
            self.shape = shape_of(json.loads(message))
        self.recorder.frame(message, self.shape)


class Tap:
    """A port that hands every byte on to a server and back, unchanged, and shows the recorder what the server says.

    For clients that run in processes of their own. Runs on a thread of its own; `url` is its base URL.
    """

    def __init__(self, host: str, port: int, recorder: Recorder = RECORDER) -> None:
        self.target = (host, port)
        self.recorder = recorder
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> "Tap":
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self.connected, "127.0.0.1", 0), self.loop).result(5)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_) -> None:
        asyncio.run_coroutine_threadsafe(self.stop(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    async def stop(self) -> None:
        self.server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(*self.target)
        frames = Frames(self.recorder)
        try:
            await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer, frames.feed))
        except (OSError, asyncio.CancelledError):
            # One end went away; the other is closed below.
            pass
        finally:
            for end in (writer, up_writer):
                end.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, show=None) -> None:
    while data := await reader.read(65536):
        if show:
            show(data)
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
