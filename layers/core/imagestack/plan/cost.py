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
# Pillow puts transparent pixels on a background by way of four pictures in four bytes a pixel. Where the picture was
# resized, the decoded original is there too.
_FLATTENED_BYTES = 16
# A resize in linear light also needs a band as light, and a copy in sRGB if there is a profile. Where there may be
# alpha, it needs that and a weighted band too. The result needs as much again. Measured on 12 megapixels, and on an
# enlarged picture of 36.
_LINEAR_BYTES, _LINEAR_ALPHA_BYTES = 8, 18
_LINEAR_SCALED_BYTES, _LINEAR_SCALED_ALPHA_BYTES = 8, 18
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
    encoding_bytes = result.pixels * (_PIXEL_BYTES + work.format.encode_bytes)
    if max(_decoding_bytes(work), _flattening_bytes(work), encoding_bytes) > budget.memory:
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
    # An enlarged picture is there beside what is cut out of it.
    enlarged = (work.resized.scaled.pixels + work.size.pixels) * _PIXEL_BYTES if work.enlarges else 0
    light = 0
    if work.options.linear:
        has_alpha = work.facts.format.alpha
        original = _LINEAR_ALPHA_BYTES if has_alpha else _LINEAR_BYTES
        scaled = _LINEAR_SCALED_ALPHA_BYTES if has_alpha and work.enlarges else _LINEAR_SCALED_BYTES
        light = size.pixels * original + work.resized.scaled.pixels * scaled
    return coefficients + size.pixels * _PIXEL_BYTES + across + enlarged + light


def _flattening_bytes(work: Work) -> int:
    """Peak memory while transparent pixels are put on a background; 0 if they are not."""
    if not work.flattens:
        return 0
    return work.size.pixels * _FLATTENED_BYTES + (work.facts.size.pixels * _PIXEL_BYTES if work.resized else 0)
