"""Human recordings as a microphone would deliver them: 24 kHz mono PCM16 in small chunks."""

import pathlib
import wave

import numpy as np

RATE = 24_000
CHUNK_SECONDS = 0.02
# The recordings of Debian's pocketsphinx-testdata are 16 kHz mono PCM16.
SOURCE_RATE = 16_000
DIRECTORY = pathlib.Path("/usr/share/pocketsphinx/test/data")
GO_FORWARD = DIRECTORY / "goforward.raw"
LIBRIVOX = DIRECTORY / "librivox" / "sense_and_sensibility_01_austen_64kb-0930.wav"


class Recording:
    """One recording, resampled, with the moment at which the speaker falls silent."""

    def __init__(self, path: pathlib.Path) -> None:
        self.name = path.name
        self.samples = upsample(read(path))

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    @property
    def speech_end(self) -> float:
        """Seconds from the start to the end of the last word: the last window above a twentieth of the loudest."""
        window = int(RATE * CHUNK_SECONDS)
        count = len(self.samples) // window
        levels = np.sqrt(np.mean(self.samples[: count * window].astype(np.float64).reshape(count, window) ** 2, axis=1))
        return (int(np.flatnonzero(levels > levels.max() / 20)[-1]) + 1) * CHUNK_SECONDS

    def chunks(self) -> list[bytes]:
        data = self.samples.tobytes()
        size = int(RATE * CHUNK_SECONDS) * 2
        return [data[start : start + size] for start in range(0, len(data), size)]


def silence(seconds: float = CHUNK_SECONDS) -> bytes:
    return bytes(int(RATE * seconds) * 2)


def read(path: pathlib.Path) -> np.ndarray:
    if path.suffix == ".raw":
        return np.fromfile(path, dtype="<i2")
    with wave.open(str(path)) as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (SOURCE_RATE, 1, 2):
            raise ValueError(f"{path} is not 16 kHz mono PCM16")
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def upsample(samples: np.ndarray) -> np.ndarray:
    """16 kHz to 24 kHz: three samples for one, a windowed sinc below 8 kHz, every second kept."""
    taps = np.arange(-48, 49)
    kernel = np.sinc(taps / 3) * np.kaiser(len(taps), 8.0)
    tripled = np.zeros(len(samples) * 3)
    tripled[::3] = samples
    filtered = np.convolve(tripled, kernel, mode="same")[::2]
    return np.clip(np.round(filtered), -32768, 32767).astype("<i2")


def write_wav(path: pathlib.Path, pcm: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)


def is_audible(pcm: bytes) -> bool:
    """Whether this is more than silence: some of it louder than a hundredth of full scale."""
    samples = np.frombuffer(pcm, dtype="<i2")
    return len(samples) > 0 and int(np.abs(samples.astype(np.int32)).max()) > 327
