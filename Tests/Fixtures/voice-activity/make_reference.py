"""Writes the reference probabilities that VoiceActivityTests compares the native network with.

Run once, after a change of the weights file:

    python3 -m venv venv
    venv/bin/pip install numpy onnx onnxruntime
    venv/bin/pip install --no-deps silero-vad==6.2.3
    venv/bin/python make_reference.py

The reference is the published ONNX graph (silero_vad_16k_op15.onnx) computed by onnxruntime, holding the weights of
silero_vad_16k.safetensors of the same package. The graph's own weights are another training state of the same network, so
they are replaced; `--stock` prints how far apart the two are and writes nothing.

Recordings: pocketsphinx-testdata of Debian, 16 kHz mono.
"""

import argparse
import importlib.util
import json
import pathlib
import struct

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

RECORDINGS = pathlib.Path("/usr/share/pocketsphinx/test/data")
NAMES = {
    "goforward": "goforward.raw",
    "sense_and_sensibility_0870": "librivox/sense_and_sensibility_01_austen_64kb-0870.wav",
}
TENSORS = {"model.stft.forward_basis_buffer": "stft_conv.weight"}
for kind in ("weight", "bias"):
    TENSORS[f"model.decoder.decoder.2.{kind}"] = f"final_conv.{kind}"
    for layer in range(4):
        TENSORS[f"model.encoder.{layer}.reparam_conv.{kind}"] = f"conv{layer + 1}.{kind}"
for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
    TENSORS[f"model.decoder.rnn.{kind}"] = f"lstm_cell.{kind}"


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + length + begin : 8 + length + end], np.float32)
            tensors[name] = values.reshape(entry["shape"])
    return tensors


def session(graph_path, weights):
    graph = onnx.load(graph_path)
    replaced = set()
    for initializer in graph.graph.initializer:
        if weights and initializer.name in TENSORS:
            initializer.CopyFrom(numpy_helper.from_array(weights[TENSORS[initializer.name]].copy(), initializer.name))
            replaced.add(initializer.name)
    for node in graph.graph.node:
        if weights and node.op_type == "Constant" and node.output[0] in TENSORS:
            tensor = numpy_helper.from_array(weights[TENSORS[node.output[0]]].copy(), node.output[0])
            node.attribute[0].t.CopyFrom(tensor)
            replaced.add(node.output[0])
    assert not weights or replaced == set(TENSORS), "the graph has other names than expected"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(graph.SerializeToString(), options)


def probabilities(model, samples):
    context, state, result = np.zeros(64, np.float32), np.zeros((2, 1, 128), np.float32), []
    for begin in range(0, len(samples) - 511, 512):
        window = np.concatenate([context, samples[begin : begin + 512]])
        context = window[-64:]
        output, state = model.run(None, {"input": window[None], "state": state, "sr": np.array(16000, np.int64)})
        result.append(float(output[0, 0]))
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stock", action="store_true", help="compare with the graph's own weights, write nothing")
    arguments = parser.parse_args()
    (package,) = importlib.util.find_spec("silero_vad").submodule_search_locations
    data = pathlib.Path(package) / "data"
    graph = data / "silero_vad_16k_op15.onnx"
    model = session(graph, read_safetensors(data / "silero_vad_16k.safetensors"))
    for name, file in NAMES.items():
        raw = (RECORDINGS / file).read_bytes()
        samples = np.frombuffer(raw[44:] if file.endswith(".wav") else raw, "<i2").astype(np.float32) / 32768
        result = probabilities(model, samples)
        if arguments.stock:
            stock = probabilities(session(graph, None), samples)
            differing = sum((a > 0.5) != (b > 0.5) for a, b in zip(result, stock))
            print(f"{name}: {differing} of {len(result)} windows on another side of 0.5")
            continue
        path = pathlib.Path(__file__).parent / f"{name}.txt"
        path.write_text("".join(f"{value:.7f}\n" for value in result))
        print(f"{path.name}: {len(result)} windows, {sum(v > 0.5 for v in result)} of speech")


main()
