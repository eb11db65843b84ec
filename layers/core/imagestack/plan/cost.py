"""Estimates of the memory and the time that work takes, made before a pixel is decoded."""

from enum import Enum, auto

from imagestack.effort import avif_speed
from imagestack.formats import AVIF, JPEG, PNG
from imagestack.limits import Budget
from imagestack.plan.work import Work

# Pillow keeps a colour image in four bytes a pixel, and decoders need something besides; a progressive JPEG is held
# whole as 16-bit coefficients of each component too.
_PIXEL_BYTES = 5
_COEFFICIENT_BYTES = 2
# What is resized and cut while it is decoded: the rows that libvips has at a time, by the width of the picture, and the
# result, as libvips makes it and as Pillow takes it over.
_STREAMED_ROWS_BYTES = 5_000
_STREAMED_PIXEL_BYTES = 8
_DECODE_NANOSECONDS = 60
# What a resize in linear light needs besides: a band as light, a copy in sRGB where there is a profile, and where there
# may be alpha that and a weighted band too; and the same again of the result. Measured on 12 megapixels.
_LINEAR_BYTES = {JPEG: 8, PNG: 18}
_LINEAR_SCALED_BYTES = 8
_LINEAR_NANOSECONDS = 60
# What a choice may take: encodes of a part of the result that has so many pixels a side, each of which is scored.
MOST_TRIALS = 3
TRIAL_SIDE = 384
_SCORE_NANOSECONDS = 150


class Feasibility(Enum):
    """Whether an invocation can do some work; if not, what stands against it."""

    POSSIBLE = auto()
    SIDE = auto()
    MEMORY = auto()
    TIME = auto()


def judge(work: Work, budget: Budget) -> Feasibility:
    """Whether an invocation can do this, by the estimates of the table of formats."""
    result = work.size
    if max(result.width, result.height) > work.format.max_side:
        return Feasibility.SIDE
    if max(_decoding_bytes(work), result.pixels * (_PIXEL_BYTES + work.format.encode_bytes)) > budget.memory:
        return Feasibility.MEMORY
    encoding = _encode_nanoseconds(work)
    nanoseconds = work.facts.size.pixels * _DECODE_NANOSECONDS + result.pixels * encoding
    if work.resized and work.options.linear:
        nanoseconds += work.facts.size.pixels * _LINEAR_NANOSECONDS
    if work.chooses:
        trial = min(result.pixels, TRIAL_SIDE**2)
        nanoseconds += MOST_TRIALS * trial * (encoding + _SCORE_NANOSECONDS)
    return Feasibility.TIME if nanoseconds > budget.cpu_seconds * 1e9 else Feasibility.POSSIBLE


def _encode_nanoseconds(work: Work) -> int:
    """CPU time of an encode per pixel, in the worst case."""
    if work.format is AVIF:
        return avif_speed(work.effort, work.size.pixels).nanoseconds
    return work.format.encode_nanoseconds


def _decoding_bytes(work: Work) -> int:
    """Peak memory until there are the pixels that are to be encoded."""
    size = work.facts.size
    coefficients = size.pixels * work.facts.components * _COEFFICIENT_BYTES if work.facts.progressive else 0
    if work.streams:
        rows = max(size.width, size.height) * _STREAMED_ROWS_BYTES // work.reduction
        return coefficients + rows + work.size.pixels * _STREAMED_PIXEL_BYTES
    if work.resized is None:
        return coefficients + size.pixels * _PIXEL_BYTES
    # The horizontal pass of a resize keeps all rows of the decoded picture.
    across = work.resized.scaled.width * work.turned_size.height * _PIXEL_BYTES
    light = 0
    if work.options.linear:
        light = size.pixels * _LINEAR_BYTES[work.facts.format] + work.resized.scaled.pixels * _LINEAR_SCALED_BYTES
    return coefficients + size.pixels * _PIXEL_BYTES + across + light
