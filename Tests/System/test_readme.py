"""The README's example runs as it is written, but for the port and the place of the key."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_python_example_prints_an_answer(stack, fake):
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    example = example.replace("http://127.0.0.1:8080", stack.url).replace(".run/api_key", str(stack.directory / "api_key"))
    ran = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "You said: Hello! What is three plus four?"
