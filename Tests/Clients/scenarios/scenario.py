"""What the scenarios share: where the server is, a human voice, and the fake provider behind the server."""

import array
import asyncio
import dataclasses
import json
import math
import sys
import urllib.request

RECORDING = "/usr/share/pocketsphinx/test/data/goforward.raw"
HEARD = "go forward ten meters"
RATE = 24_000
PATIENCE = 90.0


@dataclasses.dataclass(frozen=True)
class Server:
    """A server and the language model behind it."""

    url: str
    key: str
    fake_url: str

    @property
    def api(self) -> str:
        """The base URL as clients of the REST API take it."""
        return f"{self.url}/v1"

    @property
    def socket(self) -> str:
        """The base URL as clients of the WebSocket take it."""
        return f"ws{self.url.removeprefix('http')}/v1"

    def behave(self, **stages: dict) -> None:
        """Tells the providers what to do from now on; a stage that is not named does as usual."""
        for command in ({"reset": True}, stages):
            request = urllib.request.Request(f"{self.fake_url}/_control", json.dumps(command).encode(), method="POST")
            urllib.request.urlopen(request, timeout=5).close()


def voice(rate: int = RATE) -> bytes:
    """The recording (16 kHz mono PCM16) at another rate, by linear interpolation: clients do no better."""
    source = array.array("h", open(RECORDING, "rb").read())
    ratio = 16_000 / rate
    result = array.array("h", [0]) * int((len(source) - 1) / ratio)
    for index in range(len(result)):
        place = index * ratio
        left = math.floor(place)
        result[index] = round(source[left] + (source[left + 1] - source[left]) * (place - left))
    return result.tobytes()


def silence(seconds: float, rate: int = RATE) -> bytes:
    return bytes(int(seconds * rate) * 2)


def chunks(pcm: bytes, seconds: float = 0.02, rate: int = RATE) -> list[bytes]:
    size = int(seconds * rate) * 2
    return [pcm[start : start + size] for start in range(0, len(pcm), size)]


def main(scenario) -> None:
    """Runs `scenario(server)` with the server of the command line."""
    server = Server(*(argument.rstrip("/") for argument in sys.argv[1:4]))
    print(asyncio.run(asyncio.wait_for(scenario(server), PATIENCE)) or "done")
