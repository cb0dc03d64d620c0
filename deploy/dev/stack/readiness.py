import asyncio
import ssl
import urllib.parse
from collections.abc import Awaitable, Callable

# A check that takes longer than this has failed.
PATIENCE = 2.0

Check = Callable[[], Awaitable[bool]]


def http(url: str) -> Check:
    """Ready when a GET is answered 200."""

    async def check() -> bool:
        parts = urllib.parse.urlsplit(url)
        request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        tls = unverified() if parts.scheme == "https" else None
        reply = await exchange(asyncio.open_connection(parts.hostname, parts.port, ssl=tls), request)
        return reply.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))

    return check


def unverified() -> ssl.SSLContext:
    """TLS to our own edge on this machine, whose certificate may be anybody's."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def redis(socket_path: str) -> Check:
    """Ready when a PING is answered, which it is not while the data is still being loaded."""

    async def check() -> bool:
        return (await exchange(asyncio.open_unix_connection(socket_path), "PING\r\n")).startswith(b"+PONG")

    return check


async def exchange(connecting: Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]], request: str) -> bytes:
    """The first line of the answer to `request`, or nothing."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await connecting
            try:
                writer.write(request.encode())
                await writer.drain()
                return await reader.readline()
            finally:
                writer.close()
    except (OSError, asyncio.TimeoutError, ValueError):
        return b""
