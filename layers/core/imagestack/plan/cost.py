"""Estimates of the memory and the time that work takes, made before a pixel is decoded."""

from enum import Enum, auto

from imagestack.limits import Budget
from imagestack.plan.work import Work

# Pillow keeps a colour image in four bytes a pixel, and decoders need a little more. A progressive JPEG also needs
# 16-bit coefficients of each component.
_PIXEL_BYTES = 5
_COEFFICIENT_BYTES = 2
# For a streamed original: the rows that libvips holds, by the width of the picture, and the result, in libvips and in
# Pillow.
_STREAMED_ROWS_BYTES = 5_000
_STREAMED_PIXEL_BYTES = 8
_DECODE_NANOSECONDS = 60
# Pillow puts transparent pixels on a background by way of three pictures in four bytes a pixel.
_FLATTENED_BYTES = 12
# A resize in linear light also needs a band as light, and a copy in sRGB if there is a profile. Where there may be
# alpha, it needs that and a weighted band too. The result needs as much again. Measured on 12 megapixels.
_LINEAR_BYTES, _LINEAR_ALPHA_BYTES = 8, 18
_LINEAR_SCALED_BYTES = 8
_LINEAR_NANOSECONDS = 60
# The choice of a quality encodes part of the result, at most this many pixels a side, up to three times. It scores each
# trial.
MOST_TRIALS = 3
TRIAL_SIDE = 384
_SCORE_NANOSECONDS = 150


class Feasibility(Enum):
    """Whether an invocation can do some work; if not, what it lacks."""

    POSSIBLE = auto()
    SIDE = auto()
    """The format of the result cannot hold such a long side."""
    MEMORY = auto()
    TIME = auto()


def judge(work: Work, budget: Budget) -> Feasibility:
    """Whether an invocation can do this work, by the costs in the table of formats."""
    result = work.size
    if max(result.width, result.height) > work.format.max_side:
        return Feasibility.SIDE
    flattening = result.pixels * _FLATTENED_BYTES if work.flattens else 0
    encoding_bytes = result.pixels * (_PIXEL_BYTES + work.format.encode_bytes)
    if max(_decoding_bytes(work), flattening, encoding_bytes) > budget.memory:
        return Feasibility.MEMORY
    encoding = work.format.speed(work.effort, result.pixels).nanoseconds
    largest = max(work.facts.size.pixels, work.resized.scaled.pixels if work.resized else 0)
    nanoseconds = largest * _DECODE_NANOSECONDS + result.pixels * encoding
    if work.resized and work.options.linear:
        nanoseconds += work.facts.size.pixels * _LINEAR_NANOSECONDS
    if work.chooses:
        trial = min(result.pixels, TRIAL_SIDE**2)
        nanoseconds += MOST_TRIALS * trial * (encoding + _SCORE_NANOSECONDS)
    return Feasibility.TIME if nanoseconds > budget.cpu_seconds * 1e9 else Feasibility.POSSIBLE


def _decoding_bytes(work: Work) -> int:
    """Peak memory before the encode."""
    size = work.facts.size
    coefficients = size.pixels * work.facts.components * _COEFFICIENT_BYTES if work.facts.progressive else 0
    if work.streams:
        rows = max(size.width, size.height) * _STREAMED_ROWS_BYTES // work.reduction
        return coefficients + rows + work.size.pixels * _STREAMED_PIXEL_BYTES
    if work.resized is None:
        return coefficients + size.pixels * _PIXEL_BYTES
    # The horizontal pass of a resize keeps all rows of the picture that enters it.
    across = work.resized.scaled.width * work.entering_size.height * _PIXEL_BYTES
    enlarged = work.resized.scaled.pixels * _PIXEL_BYTES if work.enlarges else 0
    light = 0
    if work.options.linear:
        original = _LINEAR_ALPHA_BYTES if work.facts.format.alpha else _LINEAR_BYTES
        light = size.pixels * original + work.resized.scaled.pixels * _LINEAR_SCALED_BYTES
    return coefficients + size.pixels * _PIXEL_BYTES + across + enlarged + light
