import dataclasses
import os
import pathlib

from .problem import Problem

ROOT = pathlib.Path(__file__).resolve().parents[3]


@dataclasses.dataclass(frozen=True)
class Options:
    """What the start script itself is told; everything else goes to the processes as it is."""

    port: int
    workers: int
    directory: pathlib.Path
    binaries: pathlib.Path
    environment: dict[str, str]
    # PEM files of the edge; without them it serves plain text.
    tls_certificate: pathlib.Path | None = None
    tls_key: pathlib.Path | None = None

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls_certificate else 'http'}://127.0.0.1:{self.port}"

    @classmethod
    def from_environment(cls, environment: dict[str, str] | None = None) -> "Options":
        given = dict(os.environ if environment is None else environment)
        # Where the two servers were built; only tests name another place.
        binaries = pathlib.Path(given.pop("STACK_BINARIES", "") or ROOT / ".build" / "release")
        certificate, key = pem_file(given, "ANTIPHON_TLS_CERTIFICATE"), pem_file(given, "ANTIPHON_TLS_KEY")
        if (certificate is None) != (key is None):
            raise Problem("ANTIPHON_TLS_CERTIFICATE and ANTIPHON_TLS_KEY belong together; one of them is missing.")
        return cls(
            port=number(given, "ANTIPHON_PORT", 8080, 1, 65535),
            workers=number(given, "ANTIPHON_WORKERS", 2, 1, 64),
            directory=(ROOT / (given.get("ANTIPHON_RUN_DIRECTORY") or ".run")).resolve(),
            binaries=binaries,
            environment=given,
            tls_certificate=certificate,
            tls_key=key,
        )


def pem_file(environment: dict[str, str], name: str) -> pathlib.Path | None:
    if not environment.get(name):
        return None
    path = (ROOT / environment[name]).resolve()
    if not os.access(path, os.R_OK):
        raise Problem(f"{name} names a file that cannot be read: {path}")
    return path


def number(environment: dict[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise Problem(f'{name} must be a whole number from {low} to {high}, not "{text}".')
    return int(text)
