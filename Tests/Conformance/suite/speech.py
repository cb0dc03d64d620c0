"""A human recording, silence, and what came back."""

import functools

import numpy as np

from recording import GO_FORWARD, RATE, Recording

BYTES_PER_MS = RATE * 2 // 1000


@functools.cache
def spoken() -> bytes:
    """"go forward ten meters", 24 kHz PCM16."""
    return Recording(GO_FORWARD).samples.tobytes()


@functools.cache
def spoken_until() -> float:
    """Milliseconds from the start of `spoken` to the end of its last word."""
    return Recording(GO_FORWARD).speech_end * 1000


def silence(milliseconds: int) -> bytes:
    return bytes(milliseconds * BYTES_PER_MS)


def said_and_done(quiet: int = 1500) -> bytes:
    """The recording, and silence enough to end the turn."""
    return spoken() + silence(quiet)


def mu_law(data: bytes) -> np.ndarray:
    """G.711 µ-law to samples (ITU-T G.711, table 2a)."""
    code = ~np.frombuffer(data, dtype=np.uint8)
    magnitude = (((code & 0x0F).astype(int) << 3) + 0x84 << ((code >> 4) & 0x07).astype(int)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude)


def pitch(samples: np.ndarray, rate: int) -> float:
    """The strongest frequency, in hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum[1:]) + 1) * rate / len(samples)
