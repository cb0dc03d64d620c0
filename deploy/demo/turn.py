"""One spoken turn through the official `openai` client: what was said, what came back, and when."""

import asyncio
import base64
import time

from recording import CHUNK_SECONDS, Recording, silence

# What a listener waits for, each reached with the first event of its kind.
STAGES = {
    "speech_stopped": "input_audio_buffer.speech_stopped",
    "committed": "input_audio_buffer.committed",
    "transcript": "conversation.item.input_audio_transcription.completed",
    "response.created": "response.created",
    "first words of the answer": "response.output_audio_transcript.delta",
    "first audio": "response.output_audio.delta",
}


class Turn:
    """Speaks a recording in real time and listens until the answer to it is complete."""

    def __init__(self, recording: Recording, show=print) -> None:
        self.recording = recording
        self.show = show
        self.moments: dict[str, float] = {}
        self.transcript = ""
        self.answer = ""
        self.audio = bytearray()
        self.faults: list[str] = []
        self.started = 0.0
        self.last_word = 0.0
        self.deltas = [0, 0]
        self.is_spoken = asyncio.Event()

    async def run(self, connection, patience: float = 60.0) -> None:
        self.started = time.monotonic()
        speaking = asyncio.create_task(self.speak(connection))
        try:
            async with asyncio.timeout(self.recording.seconds + patience):
                async for event in connection:
                    if self.heard(event):
                        return
        except TimeoutError:
            self.faults.append(f"no complete answer within {patience:.0f} seconds")
        finally:
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)

    async def speak(self, connection) -> None:
        """Sends each chunk when a microphone would have it, then silence, as a microphone that stays open."""
        self.last_word = self.started + self.recording.speech_end
        chunks = self.recording.chunks()
        index = 0
        while True:
            pcm = chunks[index] if index < len(chunks) else silence()
            index += 1
            await asyncio.sleep(max(0.0, self.started + index * CHUNK_SECONDS - time.monotonic()))
            await connection.input_audio_buffer.append(audio=base64.b64encode(pcm).decode())
            if index == len(chunks):
                self.is_spoken.set()

    def heard(self, event) -> bool:
        """Takes in one event; true for the last one of the answer to the whole recording."""
        now = time.monotonic()
        kind = event.type
        # A pause in the middle of the recording ends a turn too; what counts is the last one.
        if kind == "input_audio_buffer.speech_started":
            self.moments = {}
        self.moments.setdefault(kind, now)
        if kind == "response.output_audio.delta":
            pcm = base64.b64decode(event.delta)
            self.audio += pcm
            self.deltas = [self.deltas[0] + 1, self.deltas[1] + len(pcm)]
            return False
        self.show_deltas(now)
        detail = ""
        if kind == "conversation.item.input_audio_transcription.completed":
            self.transcript = f"{self.transcript} {event.transcript}".strip()
            detail = repr(event.transcript)
        elif kind == "response.output_audio_transcript.delta":
            detail = repr(event.delta)
        elif kind == "response.output_audio_transcript.done":
            self.answer = event.transcript
            detail = repr(event.transcript)
        elif kind == "response.created":
            self.audio.clear()
        elif kind == "error":
            self.faults.append(event.error.message)
            detail = event.error.message
        elif kind == "response.done":
            detail = event.response.status
        self.show(f"{now - self.started:8.3f} s  {kind}  {detail}".rstrip())
        return kind == "response.done" and self.ends(event.response)

    def ends(self, response) -> bool:
        if response.status == "failed":
            self.faults.append(response.status_details.error.code if response.status_details else "failed")
            return True
        return response.status == "completed" and self.is_spoken.is_set()

    def show_deltas(self, now: float) -> None:
        count, size = self.deltas
        if count:
            self.show(f"{now - self.started:8.3f} s  response.output_audio.delta  {count} × , {size / 48:.0f} ms of audio")
        self.deltas = [0, 0]

    def latencies(self) -> list[tuple[str, float, float]]:
        """Each stage in the order reached: milliseconds since the last word was spoken, and since the stage before."""
        reached = sorted((self.moments[kind], name) for name, kind in STAGES.items() if kind in self.moments)
        before = [self.last_word, *(moment for moment, _ in reached)]
        return [
            (name, (moment - self.last_word) * 1000, (moment - earlier) * 1000)
            for (moment, name), earlier in zip(reached, before)
        ]
