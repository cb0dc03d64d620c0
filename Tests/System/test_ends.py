"""Every end of a session: who is sent away is told why, by event, close code, record, log and metric."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import time

import pytest
import websockets

from harness.redis_probe import redis
from harness.running_stack import RunningStack, wait_until
from harness.worker_ports import ports, probe, redis_socket, upgrade

pytestmark = pytest.mark.anyio

ORIGIN = "https://page.example"


@contextlib.contextmanager
def stack_with(provider, **settings):
    """A stack with one worker that a test may hurt."""
    running = RunningStack(**provider.settings, ANTIPHON_WORKERS="1", **settings)
    try:
        running.start()
        yield running
    finally:
        running.remove()


class Client:
    """A client that dials the worker itself."""

    def __init__(self, connection) -> None:
        self.connection = connection
        self.session = ""

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, stack: RunningStack, port: int | None = None):
        url = f"ws://127.0.0.1:{port or ports(stack, 'worker-1')[0]}/v1/realtime?model=gpt-realtime"
        fields = {"Authorization": f"Bearer {stack.api_key}"}
        async with websockets.connect(url, additional_headers=fields, max_size=None) as connection:
            client = cls(connection)
            created = json.loads(await connection.recv())
            assert created["type"] == "session.created"
            client.session = created["session"]["id"]
            yield client

    async def end(self, within: float = 30) -> tuple[dict, int]:
        """The last event, and the close code."""
        last = {}
        async with asyncio.timeout(within):
            with pytest.raises(websockets.ConnectionClosed) as closed:
                while True:
                    last = json.loads(await self.connection.recv())
        return last, closed.value.rcvd.code

    async def chatter(self) -> None:
        """Something to answer, again and again, until the end."""
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await self.connection.send(json.dumps({"type": "input_audio_buffer.clear"}))
                await asyncio.sleep(0.3)


def first_tenant(stack: RunningStack) -> str:
    return redis(redis_socket(stack), "ZRANGE", "ap:tenx", "0", "0")[0]


def record(stack: RunningStack, session: str, field: str = "why") -> str:
    found = redis(redis_socket(stack), "HGET", f"ap:{{{first_tenant(stack)}}}:s:{session}", field)
    return found[0] if found else ""


def logged(stack: RunningStack, session: str) -> list[str]:
    """The reasons in the log lines about the end of a session."""
    lines = (line for line in stack.log("worker-1").splitlines() if session in line and '"session ended"' in line)
    return [json.loads(line)["reason"] for line in lines]


def counted(stack: RunningStack, reason: str) -> int:
    found = re.search(
        r'^antiphon_worker_sessions_ended_total\{reason="%s"\} (\d+)$' % reason, stack.metrics("worker-1"), re.MULTILINE)
    return int(found[1])


def is_recorded(stack: RunningStack, session: str, reason: str, *, metric: bool = True) -> None:
    wait_until(lambda: logged(stack, session) == [reason], 5, f"the log line of {reason}")
    wait_until(lambda: record(stack, session) == reason, 5, f"the record of {reason}")
    assert not metric or counted(stack, reason) >= 1


async def is_ended(stack, client: Client, reason: str, code: str, close: int, within: float = 30) -> None:
    last, closed = await client.end(within)
    assert last["type"] == "error" and last["error"]["code"] == code, last
    assert closed == close
    is_recorded(stack, client.session, reason)


async def test_length_and_idleness_end_with_1000(provider, fake):
    with stack_with(provider, MAX_CALL_DURATION_MS="4000", MAX_IDLE_DURATION_MS="2000") as stack:
        async with Client.open(stack) as idle, Client.open(stack) as long:
            chatter = asyncio.create_task(long.chatter())
            await is_ended(stack, idle, "session_idle", "session_idle", 1000)
            await is_ended(stack, long, "session_expired", "session_expired", 1000)
            await chatter
        async with Client.open(stack) as leaving:
            await leaving.connection.close()
        is_recorded(stack, leaving.session, "client_closed")
        async with Client.open(stack) as broken:
            broken.connection.transport.abort()
            await broken.connection.wait_closed()
            is_recorded(stack, broken.session, "connection_lost")


async def test_revocation_suspension_and_a_lost_lease_end_at_the_next_renewal(provider, fake):
    with stack_with(provider) as stack:
        store, key = redis_socket(stack), f"ap:{{{first_tenant(stack)}}}"
        async with Client.open(stack) as lost, Client.open(stack) as stays:
            redis(store, "HSET", f"{key}:s:{lost.session}", "f", "1")
            await is_ended_but_for_record(stack, lost)
            # Its neighbour has noticed nothing, until its key is revoked.
            await stays.connection.send('{"type":"input_audio_buffer.clear"}')
            assert json.loads(await stays.connection.recv())["type"] == "input_audio_buffer.cleared"
            revoked = "kr:" + record(stack, stays.session, "k")
            redis(store, "HSET", f"{key}:t", revoked, "1")
            await is_ended(stack, stays, "credential_revoked", "invalid_api_key", 1008)
        redis(store, "HDEL", f"{key}:t", revoked)
        async with Client.open(stack) as suspended:
            redis(store, "HSET", f"{key}:t", "status", "suspended")
            await is_ended(stack, suspended, "tenant_suspended", "account_deactivated", 1008)


async def is_ended_but_for_record(stack, client: Client) -> None:
    """The record of a lost session is another's, and stays as it is."""
    last, closed = await client.end()
    assert last["error"]["code"] == "session_lost" and closed == 1013
    assert logged(stack, client.session) == ["lease_lost"] and counted(stack, "lease_lost") == 1


async def test_a_client_that_breaks_the_rules_is_told_which(provider, fake):
    with stack_with(provider) as stack:
        async with Client.open(stack) as client:
            # A text frame by the opcode, but no text.
            await client.connection.send(b"\xc3\x28", text=True)
            await is_ended(stack, client, "invalid_text", "invalid_event", 1007)
        async with Client.open(stack) as client:
            with contextlib.suppress(websockets.ConnectionClosed):
                await client.connection.send("x" * (90 << 20))
            await is_ended(stack, client, "message_too_big", "invalid_value", 1009)


async def test_a_draining_worker_refuses_new_clients_and_says_goodbye_without_redis(provider, fake):
    with stack_with(provider) as stack:
        port, ops = ports(stack, "worker-1")
        async with Client.open(stack) as client:
            os.kill(stack.pids["redis"], signal.SIGSTOP)
            try:
                os.kill(stack.pids["worker-1"], signal.SIGTERM)
                wait_until(lambda: probe(ops, "/readyz") == 503, 5, "the drain")
                assert probe(ops) == 200
                answer = upgrade(port, stack.api_key).recv(4096)
                assert answer.startswith(b"HTTP/1.1 503 ") and b"Retry-After: 1" in answer, answer
                with pytest.raises(websockets.ConnectionClosed) as closed:
                    async with page(f"ws://127.0.0.1:{port}", stack.api_key) as refused:
                        assert json.loads(await refused.recv())["error"]["type"] == "server_error"
                        await refused.recv()
                assert closed.value.rcvd.code == 4503
                last, code = await client.end()
                assert last["error"]["code"] == "server_shutting_down" and code == 1012
                assert logged(stack, client.session) == ["worker_draining"]
            finally:
                os.kill(stack.pids["redis"], signal.SIGCONT)


async def test_a_worker_that_drains_says_so_to_a_store_that_forgot(provider, fake):
    with stack_with(provider, ANTIPHON_DRAIN_TIMEOUT_MS="12000") as stack:
        store = redis_socket(stack)
        async with Client.open(stack) as client:
            os.kill(stack.pids["redis"], signal.SIGSTOP)
            os.kill(stack.pids["worker-1"], signal.SIGTERM)
            await asyncio.sleep(1)
            os.kill(stack.pids["redis"], signal.SIGCONT)
            pattern = redis(store, "KEYS", "ap:*:w:*")[0]
            wait_until(lambda: redis(store, "HGET", pattern, "st") == ["draining"], 8, "the word about the drain")
            last, code = await client.end()
            assert last["error"]["code"] == "server_shutting_down" and code == 1012
        wait_until(lambda: record(stack, client.session) == "worker_draining", 5, "the record")


def page(origin: str, key: str):
    """The way of a script in a web page."""
    return websockets.connect(
        f"{origin}/v1/realtime?model=gpt-realtime", origin=ORIGIN,
        subprotocols=["realtime", f"openai-insecure-api-key.{key}"])


async def refused_page(url: str, key: str) -> tuple[dict, int]:
    async with page(url, key) as connection:
        told = json.loads(await connection.recv())
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await connection.recv()
    return told, closed.value.rcvd.code


async def test_a_page_is_told_limits_and_capacity_by_codes_of_its_own(provider, fake):
    with stack_with(provider) as stack:
        store, key = redis_socket(stack), f"ap:{{{first_tenant(stack)}}}"
        edge = f"ws://127.0.0.1:{stack.port}"
        direct = f"ws://127.0.0.1:{ports(stack, 'worker-1')[0]}"
        redis(store, "HSET", f"{key}:t", "l.conc", "1")
        async with Client.open(stack, stack.port) as client:
            for url in (edge, direct):
                told, code = await refused_page(url, stack.api_key)
                assert told["error"]["code"] == "rate_limit_exceeded" and code == 4429
                # Who reads statuses gets one.
                with pytest.raises(websockets.InvalidStatus) as refused:
                    fields = {"Authorization": f"Bearer {stack.api_key}"}
                    await websockets.connect(f"{url}/v1/realtime?model=gpt-realtime", additional_headers=fields)
                assert refused.value.response.status_code == 429
                assert "Retry-After" in refused.value.response.headers
            await client.connection.close()
        redis(store, "HSET", f"{key}:t", "l.conc", "0")
        worker = redis(store, "KEYS", "ap:*:w:*")[0]
        redis(store, "HSET", worker, "st", "draining")
        for url in (edge, direct):
            told, code = await refused_page(url, stack.api_key)
            assert told["error"]["type"] == "server_error" and code == 4503
        told, code = await refused_page(edge, "sk-wrong")
        assert told["error"]["code"] == "invalid_api_key" and code == 3000


async def test_a_silent_line_lives_for_30_seconds_and_its_end_has_a_name(provider, fake):
    with stack_with(provider, ANTIPHON_PING_INTERVAL_MS="1000") as stack:
        port, _ = ports(stack, "worker-1")
        dead, late = upgrade(port, stack.api_key), upgrade(port, stack.api_key)
        began = time.monotonic()
        wait_until(lambda: len(sessions(stack)) == 2, 5, "two sessions")
        # Neither answers a ping; one says something after 13 s, and is still there when the other is not.
        await asyncio.sleep(13)
        late.sendall(b"\x81\x82\0\0\0\0{}")
        wait_until(lambda: any(logged(stack, session) for session in sessions(stack)), 40, "the end of the dead line")
        assert time.monotonic() - began >= 30
        ended = [session for session in sessions(stack) if logged(stack, session)]
        assert len(ended) == 1
        is_recorded(stack, ended[0], "line_dead")
        assert b"invalid_event" in drained(late)
        dead.close()
        late.close()


def sessions(stack: RunningStack) -> list[str]:
    lines = (line for line in stack.log("worker-1").splitlines() if '"session started"' in line)
    return [json.loads(line)["session_id"] for line in lines]


def drained(client: socket.socket) -> bytes:
    """All that waits in the socket."""
    client.settimeout(1)
    said = b""
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while piece := client.recv(1 << 16):
            said += piece
    return said
