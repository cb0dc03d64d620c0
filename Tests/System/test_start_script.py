"""`make run`: what it prints, how it ends, and the one sentence that each failure gets."""

import os
import pathlib
import signal
import socket
import stat
import subprocess
import sys
import urllib.request

import pytest

from harness.running_stack import RunningStack, is_alive, process_ids, wait_until


@pytest.fixture
def make_stack():
    made = []

    def make(**settings):
        made.append(RunningStack(**settings))
        return made[-1]

    yield make
    for running in made:
        running.remove()


def fails_with_one_sentence(stack: RunningStack) -> str:
    status, said = stack.run_to_end()
    assert status == 1
    lines = [line for line in said.splitlines() if line and line != "antiphon: stopping"]
    assert len(lines) == 1 and lines[0].startswith("antiphon: "), said
    wait_until(lambda: not stack.leftovers(), 5, "the end of every process")
    return lines[0]


def test_it_says_what_a_newcomer_needs_and_ctrl_c_leaves_nothing(make_stack):
    stack = make_stack().start()
    wait_until(lambda: "Ctrl-C" in stack.said, 5, "the banner")
    for part in (stack.url + "/v1", stack.api_key, "pocketsphinx", "scripted", "espeak-ng", "nothing else is configured", "make demo"):
        assert part in stack.said
    pids = stack.pids
    assert set(pids) == {"redis", "control-plane", "worker-1", "worker-2", "edge"}
    assert stack.stop(signal.SIGINT) == 0
    assert not [name for name, pid in pids.items() if is_alive(pid)]
    assert not stack.leftovers()
    assert "killed" not in stack.said
    assert not (stack.directory / "stack.json").exists()


def test_keys_are_private_and_kept_by_the_next_start(make_stack):
    stack = make_stack().start()
    key = stack.api_key
    stack.stop(signal.SIGTERM)
    assert stat.S_IMODE(stack.directory.stat().st_mode) == 0o700
    for name in ("api_key", "master_key"):
        assert stat.S_IMODE((stack.directory / name).stat().st_mode) == 0o600
    stack.start()
    assert stack.api_key == key
    stack.stop()


def test_killed_hard_it_takes_its_children_along(make_stack):
    stack = make_stack().start()
    pids = list(stack.pids.values())
    stack.process.send_signal(signal.SIGKILL)
    stack.process.wait()
    wait_until(lambda: not [pid for pid in pids if is_alive(pid)], 15, "the end of the children")
    assert not stack.leftovers()


def test_a_child_that_dies_is_started_again_and_the_others_go_on(make_stack):
    stack = make_stack().start()
    before = stack.pids
    for name in ("worker-1", "control-plane"):
        stack.kill(name)
        wait_until(lambda name=name: f"{name} is ready again" in stack.said, 20, f"a new {name}")
        assert f"{name} was killed by SIGKILL; starting it again" in stack.said
    after = stack.pids
    assert {name for name in before if before[name] != after[name]} == {"worker-1", "control-plane"}
    stack.stop()


def test_a_busy_port_is_named(make_stack):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = fails_with_one_sentence(make_stack(ANTIPHON_PORT=str(port)))
    assert f"Port {port} is in use" in sentence and "ANTIPHON_PORT" in sentence


def test_a_missing_tool_is_named(make_stack, tmp_path):
    for name in ("setpriv", "nginx", "env", "sh"):
        if found := next((p for p in ("/usr/bin", "/usr/sbin", "/bin") if os.path.exists(f"{p}/{name}")), None):
            (tmp_path / name).symlink_to(f"{found}/{name}")
    sentence = fails_with_one_sentence(make_stack(PATH=str(tmp_path)))
    assert "redis-server is missing" in sentence and "make setup" in sentence


def test_a_server_that_was_not_built_is_named(make_stack, tmp_path):
    assert "make build" in fails_with_one_sentence(make_stack(STACK_BINARIES=str(tmp_path)))


def test_a_redis_directory_that_is_none_is_named(make_stack):
    stack = make_stack()
    (stack.directory / "redis").write_text("")
    assert "Redis directory" in fails_with_one_sentence(stack)


def test_broken_redis_data_is_named(make_stack):
    stack = make_stack()
    data = stack.directory / "redis" / "appendonlydir"
    data.mkdir(parents=True)
    (data / "appendonly.aof.manifest").write_text("garbage\n")
    assert "redis ended with status 1 at its start: " in fails_with_one_sentence(stack)


def test_a_second_start_from_the_same_directory_is_refused(make_stack):
    stack = make_stack().start()
    second = RunningStack()
    second.directory.rmdir()
    second.directory = stack.directory
    second.environment["ANTIPHON_RUN_DIRECTORY"] = str(stack.directory)
    second.output = stack.directory / "second.txt"
    status, said = second.run_to_end()
    assert status == 1 and f"already runs from {stack.directory} at {stack.url}" in said
    assert all(is_alive(pid) for pid in stack.pids.values())
    stack.stop()


@pytest.mark.parametrize(
    "setting, text, sentence",
    [
        ("ANTIPHON_PORT", "http", 'ANTIPHON_PORT must be a whole number from 1 to 65535, not "http".'),
        ("ANTIPHON_WORKERS", "0", 'ANTIPHON_WORKERS must be a whole number from 1 to 64, not "0".'),
        ("VAD_THRESHOLD", "loud", 'VAD_THRESHOLD must be a number from 0.0 to 1.0, not "loud".'),
        ("ANTIPHON_WORKER_SESIONS", "1", "ANTIPHON_WORKER_SESIONS is not a setting of Antiphon."),
    ],
)
def test_a_wrong_setting_is_named(make_stack, setting, text, sentence):
    assert sentence in fails_with_one_sentence(make_stack(**{setting: text}))


@pytest.mark.parametrize("settings, sentence", [
    ({"ANTIPHON_TLS_KEY": __file__}, "ANTIPHON_TLS_CERTIFICATE and ANTIPHON_TLS_KEY belong together; one of them is missing."),
    ({"ANTIPHON_TLS_CERTIFICATE": "/nowhere.pem", "ANTIPHON_TLS_KEY": __file__},
     "ANTIPHON_TLS_CERTIFICATE names a file that cannot be read: /nowhere.pem"),
])
def test_half_a_certificate_is_named(make_stack, settings, sentence):
    assert fails_with_one_sentence(make_stack(**settings)) == f"antiphon: {sentence}"


def test_a_given_api_key_wins(make_stack):
    stack = make_stack(API_KEY="a-key-that-the-operator-chose-himself").start()
    wait_until(lambda: "Ctrl-C" in stack.said, 5, "the banner")
    assert "a-key-that-the-operator-chose-himself" in stack.said
    request = urllib.request.Request(f"{stack.url}/v1/models", headers={"Authorization": f"Bearer {stack.api_key}"})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    stack.stop()


def test_the_demo_recognises_words_and_hears_an_answer():
    root = pathlib.Path(__file__).resolve().parents[2]
    stack = RunningStack().start()
    try:
        ran = subprocess.run(
            [sys.executable, root / "deploy/demo/demo.py"], env=stack.environment, capture_output=True, text=True, timeout=110)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "forward" in ran.stdout and "first audio" in ran.stdout
        assert (stack.directory / "answer-goforward.wav").stat().st_size > 10_000
    finally:
        stack.remove()
    assert not [line for line in process_ids().values() if str(stack.directory) in line]
