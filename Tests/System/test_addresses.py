"""Every address at which a session can be opened, through the edge."""

import json

import pytest
import websockets

from harness.redis_probe import redis
from recorder import RECORDER

pytestmark = pytest.mark.anyio


def workers(stack) -> list[str]:
    """The ids under which the workers have joined the fleet."""
    socket = stack.directory / "redis" / "redis.sock"
    return [name for key in redis(socket, "KEYS", "ap:{p:*}:wx") for name in redis(socket, "ZRANGE", key, "0", "-1")]


async def first_event(stack, path: str, headers: dict, **how) -> dict:
    url = stack.url.replace("http", "ws", 1) + path
    async with websockets.connect(url, additional_headers=headers, compression=None, proxy=None, **how) as socket:
        event = json.loads(await socket.recv())
    RECORDER.frame(json.dumps(event), "beta" if "modalities" in event.get("session", {}) else "ga")
    return event


@pytest.mark.parametrize("path, shape", [
    ("/v1/realtime?model=gpt-realtime", "ga"),
    ("/realtime?model=gpt-realtime", "ga"),
    ("/openai/v1/realtime?model=gpt-realtime", "ga"),
    ("/openai/realtime?api-version=2025-04-01-preview&deployment=gpt-realtime", "beta"),
    ("/w/{worker}/v1/realtime?model=gpt-realtime", "ga"),
    ("/w/{worker}/openai/realtime?deployment=gpt-realtime", "beta"),
])
@pytest.mark.parametrize("header", ["Authorization", "api-key"])
async def test_a_session_opens_at_every_address_with_either_header(stack, path, shape, header):
    worker = workers(stack)[0]
    key = f"Bearer {stack.api_key}" if header == "Authorization" else stack.api_key
    event = await first_event(stack, path.format(worker=worker), {header: key})
    assert event["type"] == "session.created", event
    assert event["session"]["model"] == "gpt-realtime"
    assert ("modalities" in event["session"]) == (shape == "beta")


async def test_a_path_beside_them_opens_nothing(stack):
    for path in ("/v2/realtime", "/openai/v2/realtime", "/v1/realtime/x", "/w//v1/realtime", "/w/nobody/v1/realtime"):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await first_event(stack, path + "?model=gpt-realtime", {"Authorization": f"Bearer {stack.api_key}"})
        assert refused.value.response.status_code == 404, path


async def test_the_beta_header_counts_in_any_of_several_lines(stack):
    headers = [("Authorization", f"Bearer {stack.api_key}"), ("OpenAI-Beta", "assistants=v2"), ("OpenAI-Beta", "realtime=v1")]
    event = await first_event(stack, "/v1/realtime?model=gpt-realtime", headers)
    assert "modalities" in event["session"]
