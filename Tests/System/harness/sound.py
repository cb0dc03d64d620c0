"""What was heard: the audio of a session's events as samples, and what is in them."""

import base64

import numpy as np

RATE = 24_000
# The loudest sample of a tone of the fake provider; two tones at once are louder.
TONE = 8_192
WINDOW = 240


class Sound:
    """The audio of the events from `since` on."""

    def __init__(self, session, since: int = 0) -> None:
        deltas = [
            (at, base64.b64decode(event.delta))
            for event, at in zip(session.events[since:], session.arrivals[since:])
            if event.type == "response.output_audio.delta"]
        self.arrivals = [at for at, _ in deltas]
        self.lengths = [len(data) / 2 / RATE for _, data in deltas]
        self.samples = np.frombuffer(b"".join(data for _, data in deltas), dtype="<i2").astype(np.int32)

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    def between(self, start: float, end: float = float("inf")) -> float:
        """Seconds of audio that came in this time."""
        return sum(length for at, length in zip(self.arrivals, self.lengths) if start <= at < end)

    @property
    def longest_gap(self) -> float:
        """The longest time in which a listener who plays audio as it comes had nothing to play."""
        end, gap = self.arrivals[0], 0.0
        for at, length in zip(self.arrivals, self.lengths):
            gap = max(gap, at - end)
            end = max(end, at) + length
        return gap

    @property
    def most_ahead(self) -> float:
        """By how much audio arrived before its time, at most, for a listener who plays it as it comes."""
        end = ahead = 0.0
        for at, length in zip(self.arrivals, self.lengths):
            end = max(end, at) + length
            ahead = max(ahead, end - at)
        return ahead

    def tones(self, *frequencies: int) -> list[tuple[int, float]]:
        """Which tone is heard one after another, and for how many seconds; 0 is none of them."""
        count = len(self.samples) // WINDOW
        windows = self.samples[: count * WINDOW].reshape(count, WINDOW).astype(float)
        time = np.arange(WINDOW) / RATE
        levels = np.stack([abs(windows @ np.exp(-2j * np.pi * hertz * time)) for hertz in frequencies])
        loudest = np.where(levels.max(axis=0) > TONE * WINDOW / 8, np.array(frequencies)[levels.argmax(axis=0)], 0)
        runs: list[tuple[int, float]] = []
        for hertz in loudest.tolist():
            same = runs and runs[-1][0] == hertz
            length = (runs.pop()[1] if same else 0.0) + WINDOW / RATE
            runs.append((hertz, length))
        return runs
