"""The judge of events: what it must let pass and what it must not."""

import asyncio
import copy
import json
import pathlib
import sys

import pytest
import websockets

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from recorder import Recorder  # noqa: E402
from recorder.tap import Tap  # noqa: E402

ITEM = {
    "id": "item_1", "object": "realtime.item", "type": "message", "status": "completed", "role": "user",
    "content": [{"type": "input_audio", "transcript": None}],
}
GOOD = {
    "item": {"type": "conversation.item.added", "event_id": "event_1", "previous_item_id": None, "item": ITEM},
    "part": {
        "type": "response.content_part.added", "event_id": "event_1", "response_id": "resp_1", "item_id": "item_1", "output_index": 0,
        "content_index": 0, "part": {"type": "text", "text": ""}},
    "error": {
        "type": "error", "event_id": "event_1",
        "error": {"type": "invalid_request_error", "code": None, "message": "No.", "param": None, "event_id": None}},
}


def faults(event, shape="ga") -> list[str]:
    recorder = Recorder()
    recorder.frame(json.dumps(event), shape)
    return [fault.reason for fault in recorder.faults]


def changed(name: str, path: list, value) -> dict:
    """A good event with one member replaced, or removed if the value is `...`."""
    event = copy.deepcopy(GOOD[name])
    place = event
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return event


@pytest.mark.parametrize("name", GOOD)
def test_a_good_event_passes(name):
    assert faults(GOOD[name]) == []


@pytest.mark.parametrize("name, path, value", [
    ("item", ["event_id"], ...),
    ("item", ["event_id"], 7),
    ("item", ["type"], "conversation.item.appeared"),
    ("item", ["item", "role"], "robot"),
    ("item", ["item", "call_id"], None),
    ("item", ["item", "name"], "x"),
    ("item", ["item", "content", 0, "transcript"], ...),
    ("item", ["item", "content", 0, "audio"], "AAAA"),
    ("item", ["item", "content", 0, "type"], "sound"),
    ("item", ["extra"], 1),
    ("part", ["content_index"], "0"),
    ("part", ["content_index"], 0.5),
    ("part", ["part", "transcript"], None),
    ("part", ["part", "type"], "output_text"),
    ("error", ["error", "message"], None),
    ("error", ["error", "type"], ...),
])
def test_a_bad_event_does_not(name, path, value):
    assert faults(changed(name, path, value))


def test_the_shapes_are_not_mixed():
    created = GOOD["item"] | {"type": "conversation.item.created"}
    text = GOOD["part"] | {"type": "response.text.delta", "delta": "x"}
    del text["part"]
    assert faults(created, "beta") == []
    assert faults(text, "beta") == []
    assert faults(text, "ga")
    assert faults(GOOD["item"], "beta")


def test_what_is_no_event_and_what_is_too_long_is_a_fault():
    recorder = Recorder()
    recorder.frame("not json", "ga")
    recorder.frame("[]", "ga")
    long = {"type": "error", "event_id": "e", "error": GOOD["error"]["error"] | {"message": "x" * (1 << 20)}}
    recorder.frame(json.dumps(long), "ga")
    assert [fault.kind for fault in recorder.faults] == ["?", "error"]
    assert recorder.fault_count == 3


def test_a_tap_changes_nothing_and_sees_every_frame():
    recorder = Recorder()
    session = {"type": "session.created", "event_id": "event_1", "session": {"modalities": ["text"]}}
    sent = [json.dumps(session), json.dumps(GOOD["error"]), json.dumps(GOOD["error"] | {"event_id": "x" * 70_000})]

    async def serve(socket):
        await socket.recv()
        for text in sent:
            await socket.send(text)
        await socket.send([sent[1][:20], sent[1][20:]])

    async def talk() -> list[str]:
        async with websockets.serve(serve, "127.0.0.1", 0, compression=None) as server:
            port = server.sockets[0].getsockname()[1]
            with Tap("127.0.0.1", port, recorder) as tap:
                async with websockets.connect(tap.url.replace("http", "ws")) as socket:
                    await socket.send("go")
                    return [await socket.recv() for _ in range(4)]

    assert asyncio.run(talk()) == [*sent, sent[1]]
    assert recorder.counts == {("beta", "session.created"): 1, ("beta", "error"): 3}
