"""Sockets that want nothing, and handshakes that end early, take nothing from probes, clients and tenants."""

import os
import signal
import socket
import struct

import pytest

from harness.redis_probe import live_leases, redis
from harness.running_stack import RunningStack, wait_until
from harness.worker_ports import ports, probe, redis_socket, upgrade

CAPACITY = 20


@pytest.fixture(scope="module")
def small_stack(provider):
    """A stack with one worker of few places."""
    running = RunningStack(**provider.settings, ANTIPHON_WORKERS="1", ANTIPHON_WORKER_SESSIONS=str(CAPACITY))
    running.start()
    yield running
    running.remove()


def is_served(stack: RunningStack) -> None:
    """Probes answer, and a good client gets its session."""
    port, ops = ports(stack, "worker-1")
    for path in ("/livez", "/readyz", "/metrics"):
        assert probe(ops, path) == 200
    with upgrade(port, stack.api_key) as client:
        assert client.recv(4096).startswith(b"HTTP/1.1 101 ")


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def is_left_clean(stack: RunningStack, within: float) -> None:
    wait_until(lambda: live_leases(redis_socket(stack)) == 0, within, "the end of all leases")


def test_silent_sockets_shut_out_neither_probes_nor_clients(small_stack):
    port, ops = ports(small_stack, "worker-1")
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(700)]
    is_served(small_stack)
    # Nor do they on the operator's own port.
    silent += [socket.create_connection(("127.0.0.1", ops)) for _ in range(200)]
    is_served(small_stack)
    for held in silent:
        held.close()


def test_refused_clients_that_never_go_shut_nobody_out(small_stack):
    port, _ = ports(small_stack, "worker-1")
    refused = [upgrade(port, "sk-wrong") for _ in range(400)]
    is_served(small_stack)
    for held in refused:
        held.close()


def test_clients_that_reset_during_admission_leave_nothing(small_stack):
    port, _ = ports(small_stack, "worker-1")
    store = redis_socket(small_stack)
    for number in range(200):
        if number % 4 == 0:
            # The store answers late, so that the client is gone before the decision is there.
            redis(store, "CLIENT", "PAUSE", "20", "ALL")
        reset(upgrade(port, small_stack.api_key))
    is_left_clean(small_stack, 20)
    # What a worker remembers of them would keep everybody out while the store is away.
    os.kill(small_stack.pids["redis"], signal.SIGSTOP)
    try:
        with upgrade(port, small_stack.api_key) as client:
            assert client.recv(4096).startswith(b"HTTP/1.1 101 ")
    finally:
        os.kill(small_stack.pids["redis"], signal.SIGCONT)
    is_left_clean(small_stack, 40)


def test_an_upgrade_that_the_edge_reserved_and_the_worker_refuses_is_given_back(small_stack):
    ways = [
        ([], {"path": "/v1/%72ealtime?model=gpt-realtime"}),
        ([], {"version": 8}),
        ([], {"path": "/v1/realtime?model=no-such-model"}),
        (["Api-Key: a", "Api-Key: b"], {}),
        (["X-Many: x"] * 120, {}),
        (["X-Long: " + "x" * 6_900] * 2, {}),
    ]
    for fields, way in ways:
        for _ in range(3 * CAPACITY):
            with upgrade(small_stack.port, small_stack.api_key, *fields, **way) as client:
                client.recv(4096)
        # A reservation would last 15 s.
        is_left_clean(small_stack, 5)
    is_served(small_stack)
