"""Pieces of human recordings."""

import copy

import numpy as np

from recording import GO_FORWARD, RATE, Recording


def speech() -> Recording:
    """The recording without the silence before its first word."""
    whole = Recording(GO_FORWARD)
    levels = np.abs(whole.samples.astype(np.int32))
    first = int(np.flatnonzero(levels > levels.max() / 10)[0])
    return part(whole, first / RATE, whole.seconds)


def part(whole: Recording, start: float, seconds: float) -> Recording:
    """So many seconds of a recording from `start` on."""
    piece = copy.copy(whole)
    piece.samples = whole.samples[int(start * RATE) : int((start + seconds) * RATE)]
    return piece
