"""Sound for the fake provider: a tone to send, a look at the WAV received."""

import functools
import math
import struct


@functools.cache
def second_of_tone(frequency, rate):
    """One second of a sine at a quarter of full scale; whole periods, so that it can be repeated."""
    step = 2 * math.pi * frequency / rate
    return struct.pack(f"<{rate}h", *(round(8192 * math.sin(step * index)) for index in range(rate)))


def tone(frequency, duration, rate):
    """Samples of a sine, 16-bit little-endian; the frequency is a whole number of hertz."""
    count = round(duration * rate)
    return (second_of_tone(frequency, rate) * (count // rate + 1))[:2 * count]


def wav(data, rate):
    """`data` as a WAV whose sizes are unknown, as a stream's are."""
    header = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 0xFFFFFFFF, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    return header + struct.pack("<4sI", b"data", 0xFFFFFFFF) + data


# As many samples of a file tell its level.
LEVEL_SAMPLES = 960_000


def describe_wav(content):
    """What a PCM16 WAV holds; an error if its header is not exactly right."""
    if len(content) < 44 or content[:4] != b"RIFF" or content[8:16] != b"WAVEfmt ":
        raise ValueError("the file is not a WAV")
    riff = struct.unpack_from("<I", content, 4)[0]
    size, kind, channels, rate, byte_rate, block, bits = struct.unpack_from("<IHHIIHH", content, 16)
    name, length = struct.unpack_from("<4sI", content, 36)
    if (size, kind, name) != (16, 1, b"data") or riff != len(content) - 8 or length != len(content) - 44:
        raise ValueError("the WAV header is wrong")
    if byte_rate != rate * channels * bits // 8 or block != channels * bits // 8 or bits != 16:
        raise ValueError("the WAV format is wrong")
    # The level of an hour would take seconds to compute.
    samples = struct.unpack_from(f"<{min(length // 2, LEVEL_SAMPLES)}h", content, 44)
    level = math.sqrt(sum(sample * sample for sample in samples) / max(1, len(samples)))
    return {"rate": rate, "channels": channels, "samples": length // 2, "rms": round(level, 1)}
