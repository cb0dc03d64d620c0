"""The audio of answers: check 61."""

import base64

import numpy as np

from checks.audio import section
from suite.expect import equal, near
from suite.speech import BYTES_PER_MS, pitch


@section.check(
    61, "Every delta is valid base64 and an even number of bytes; the sum equals the audio of the item; no frame over 1 MiB", within=90)
async def deltas(place):
    answer = "A rather long answer, in two sentences. They are spoken as a tone whose length is known."
    # Pieces that cut samples in two must not do so on the way out.
    place.fake.behave(llm={"reply": answer}, tts={"chunk_bytes": 4801})
    async with place.open() as wire:
        await wire.expect("session.created")
        await wire.ask("speak", within=40)
        total = 0
        for event in wire.of("response.output_audio.delta"):
            pcm = base64.b64decode(event["delta"], validate=True)
            equal(len(pcm) % 2, 0, "odd bytes in a delta")
            assert 0 < len(pcm) <= 500 * BYTES_PER_MS, f"a delta of {len(pcm)} bytes"
            total += len(pcm)
        spoken = sum(len(entry["request"]["input"]) for entry in place.fake.requests("tts"))
        equal(total, spoken * 60 * BYTES_PER_MS, "bytes of audio")
        near(pitch(np.frombuffer(wire.audio(), dtype="<i2"), 24_000), 440, 2, "the pitch")
        assert max(wire.frames) < 1 << 20, f"a frame of {max(wire.frames)} bytes"
        # A recording that was sent is not sent back beyond what every client accepts.
        item = {"id": "long", "type": "message", "role": "user", "content": [
            {"type": "input_audio", "audio": base64.b64encode(bytes(2 << 20)).decode()}]}
        await wire.send("conversation.item.create", item=item)
        await wire.expect("conversation.item.done")
        await wire.send("conversation.item.retrieve", item_id="long")
        await wire.expect("conversation.item.retrieved")
        assert max(wire.frames) < 1 << 20, f"a frame of {max(wire.frames)} bytes"
    return f"{total / BYTES_PER_MS / 1000:.1f} s in {len(wire.of('response.output_audio.delta'))} deltas"
