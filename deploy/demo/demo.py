#!/usr/bin/env python3
"""Speaks human recordings to Antiphon through the official `openai` client and listens to the answers.

Starts the stack if none runs. Exits with 0 only if words were recognised and audible audio came back, each time.
"""

import asyncio
import sys

import openai
import running_stack
from recording import GO_FORWARD, LIBRIVOX, RATE, Recording, is_audible, write_wav
from turn import Turn

SESSION = {
    "type": "realtime",
    "output_modalities": ["audio"],
    "audio": {
        "input": {
            "format": {"type": "audio/pcm", "rate": RATE},
            "transcription": {"model": "whisper-1", "language": "en"},
            "turn_detection": {"type": "server_vad", "silence_duration_ms": 500},
        },
        "output": {"format": {"type": "audio/pcm", "rate": RATE}, "voice": "alloy"},
    },
}


async def converse(url: str, recording: Recording) -> Turn:
    """One session with a key of its own, as a browser would have it."""
    async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=running_stack.api_key()) as back_end:
        model = (await back_end.models.list()).data[0].id
        secret = await back_end.realtime.client_secrets.create(session={"type": "realtime", "model": model})
    print(f"\n{recording.name}: {recording.seconds:.1f} s; session key {secret.value[:6]}…, model {model}")
    turn = Turn(recording)
    async with (
        openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=secret.value) as front_end,
        front_end.realtime.connect(model=model) as connection,
    ):
        await connection.session.update(session=SESSION)
        await turn.run(connection)
    return turn


def report(turn: Turn) -> bool:
    """Prints what came of the turn; whether it was a success."""
    print(f"\n  heard   {turn.transcript!r}\n  answer  {turn.answer!r}")
    print("  after the last word:")
    for name, total, step in turn.latencies():
        print(f"  {total:8.1f} ms  {name:26} (+{step:.1f})")
    faults = list(turn.faults)
    if not turn.transcript.split():
        faults.append("no word was recognised")
    if is_audible(bytes(turn.audio)):
        path = running_stack.directory() / f"answer-{turn.recording.name.partition('.')[0]}.wav"
        write_wav(path, bytes(turn.audio))
        print(f"  {len(turn.audio) / 2 / RATE:.1f} s of speech in {path}")
    else:
        faults.append("no audio came back")
    for fault in faults:
        print(f"  FAILED: {fault}")
    return not faults


async def main() -> int:
    results = []
    async with running_stack.running() as url:
        for path in (GO_FORWARD, LIBRIVOX):
            results.append(report(await converse(url, Recording(path))))
    print("\ndemo: " + ("words were recognised and answered aloud" if all(results) else "failed"))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
