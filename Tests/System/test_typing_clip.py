"""A tenant's own typing sound: uploaded over REST, heard at the socket, and nobody else's."""

import json
import urllib.error
import urllib.request

import numpy as np
import pytest

from harness.conversation import Conversation, ephemeral_key
from harness.running_stack import RunningStack
from harness.sound import RATE, Sound
from recording import write_wav

pytestmark = pytest.mark.anyio

CLIP_HERTZ = 700
CLIP = {"antiphon": {
    "acknowledgement": {"enabled": False}, "typing_sound": {"enabled": True, "source": "clip", "volume": 0.5}}}


def call(stack, method: str, data: bytes | None = None, key: str | None = None, kind: str = "audio/wav"):
    """Status, and the body as JSON where it is."""
    request = urllib.request.Request(
        f"{stack.url}/v1/antiphon/typing_clip", data, method=method,
        headers={"authorization": f"Bearer {key or stack.api_key}", "content-type": kind})
    try:
        with urllib.request.urlopen(request) as answer:
            body = answer.read()
            return answer.status, json.loads(body) if "json" in answer.headers["content-type"] else body
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def wav(tmp_path, seconds: float = 1.0) -> bytes:
    samples = 8192 * np.sin(2 * np.pi * CLIP_HERTZ * np.arange(int(seconds * RATE)) / RATE)
    write_wav(tmp_path / "clip.wav", samples.astype("<i2").tobytes())
    return (tmp_path / "clip.wav").read_bytes()


@pytest.fixture(scope="module")
def own_stack(provider):
    """A stack whose workers have looked for nobody's clip yet."""
    running = RunningStack(**provider.settings, ANTIPHON_WORKERS="1")
    running.start()
    yield running
    running.remove()


async def typed(session, fake) -> float:
    """The share of the clip's tone in what is heard before the answer."""
    await session.ask("hello")
    fake.behave(llm={"head_delay_ms": 1500, "reply": "Yes."})
    since = len(session.events)
    await session.ask("and now?")
    fake.behave(llm={"head_delay_ms": 0})
    samples = Sound(session, since).samples[: RATE // 2].astype(float)
    tone = np.exp(-2j * np.pi * CLIP_HERTZ * np.arange(len(samples)) / RATE)
    return float(abs(samples @ tone) / (np.linalg.norm(samples) * np.linalg.norm(tone)) * np.sqrt(2))


async def test_a_clip_is_heard_by_its_tenants_sessions(own_stack, fake, tmp_path):
    status, answer = call(own_stack, "PUT", wav(tmp_path))
    assert (status, answer["duration_ms"], answer["sample_rate"]) == (200, 1000, RATE)
    assert call(own_stack, "GET") == (200, wav(tmp_path))
    secret = await ephemeral_key(own_stack.url, own_stack.api_key, **CLIP)
    for key, settings in [(own_stack.api_key, CLIP), (secret, {})]:
        async with Conversation.open(own_stack.url, key, **settings) as session:
            assert await typed(session, fake) > 0.95
    keystrokes = {"antiphon": CLIP["antiphon"] | {"typing_sound": {"enabled": True}}}
    async with Conversation.open(own_stack.url, own_stack.api_key, **keystrokes) as session:
        assert await typed(session, fake) < 0.5
    assert call(own_stack, "DELETE")[0] == 200 and call(own_stack, "GET")[0] == 404


async def test_what_is_no_clip_is_refused(own_stack, tmp_path):
    status, answer = call(own_stack, "PUT", wav(tmp_path, 0.1))
    assert status == 400 and answer["error"]["code"] == "invalid_audio" and "300 to 10000 ms" in answer["error"]["message"]
    assert call(own_stack, "PUT", b"{}", kind="application/json")[0] == 415
    assert call(own_stack, "PUT", wav(tmp_path, 6.0))[0] in (400, 413)
    key = await ephemeral_key(own_stack.url, own_stack.api_key)
    assert [call(own_stack, method, wav(tmp_path) if method == "PUT" else None, key)[0] for method in ("GET", "PUT", "DELETE")] == [403] * 3
