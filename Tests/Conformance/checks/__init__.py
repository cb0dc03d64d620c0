"""The 90 checks and those beyond them, one module for each section; calls over WebRTC are listed as what they are: not built."""

import importlib

SECTIONS = ("connection", "minting", "calls", "session", "items", "audio", "turns", "responses", "tools", "clients", "storm")


def load() -> None:
    """Registers every check."""
    for section in SECTIONS:
        importlib.import_module(f"checks.{section}")
