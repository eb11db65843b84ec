"""The candidates of a responsive image, in the sizes that the data plane gives.

It imports the codecs, so that it is imported only when it is wanted.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imagestack import skips
from imagestack.control.responsive.address import WITHOUT_EFFECT, Address
from imagestack.control.responsive.html import Candidate
from imagestack.formats import NEGOTIABLE, Format
from imagestack.geometry import Size, round_half_up
from imagestack.limits import Budget, Limits
from imagestack.operations.resize import Resize
from imagestack.plan.decide import decide
from imagestack.plan.plan import make_plan
from imagestack.plan.work import Facts, Work
from imagestack.ports import Original
from imagestack.request.query import pairs, parse
from imagestack.request.unknown_parameters import unknown_parameters
from imagestack.rules.options import ImageStack
from imagestack.serving.derive import facts_of, refused
from imagestack.skips import SkipReason

_WHY = {
    "dpr": "from the descriptors the browser knows which width its screen needs",
    "enlarge": "no candidate is larger than the original",
}
# Sizes do not depend on the time and the memory of an invocation.
_PLENTY = Budget(memory=2**40, seconds=3_600)


class UnusableError(Exception):
    """There are no candidates. The message says why."""


@dataclass(frozen=True)
class Candidates:
    """The candidates of one image.

    Attributes:
        own: in the format that the address gives, the smallest first.
        sources: in the formats that a `<source>` can name, by content type, the best first.
        notes: what has no effect, what was left out, and why.
    """

    own: tuple[Candidate, ...]
    sources: Mapping[str, tuple[Candidate, ...]]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Settled:
    """The result of an address: its size and format, and why operations on its size were skipped."""

    size: Size
    format: Format
    skipped: tuple[SkipReason, ...]


class Picture:
    """An original, and the options that hold for its path.

    Raises:
        UnusableError: The original is never transformed.
    """

    def __init__(self, original: Original, options: ImageStack, limits: Limits) -> None:
        facts = refused(original) or facts_of(original)
        if not isinstance(facts, Facts):
            raise UnusableError(facts)
        if not original.is_whole or not limits.allow(facts.size):
            raise UnusableError(skips.TOO_LARGE)
        self._facts = facts
        self._options = options
        self._limits = limits

    def candidates(self, address: Address, widths: Iterable[int]) -> Candidates:
        """The candidates of an address.

        A width at which the result would be larger than the original is left out. The largest possible one takes its
        place.

        Args:
            address: with its own parameters, which all candidates keep. A height beside a width is a ratio.
            widths: values of the parameter `width`.

        Raises:
            UnusableError: The address has a bad parameter, or no width gives an image.
        """
        self._check(address)
        sized = _Sized(address)
        largest = self._largest_width(sized)
        wanted = set(widths)
        possible = {width for width in wanted if width <= largest}
        notes = [
            f"{one.name!r} has no effect" + (f" (do you mean {one.nearest}?)" if one.nearest else "")
            for one in unknown_parameters(pairs(address.query))
        ]
        notes += [f"{name} is left out: {_WHY[name]}" for name in WITHOUT_EFFECT if address.has(name)]
        if possible != wanted:
            possible |= {largest} - {0}
            notes.append(f"width {largest} takes the place of larger ones: no candidate is larger than the original")
        settled = {width: self._settle(sized.at(width)) for width in sorted(possible)}
        usable = {width: found for width, found in settled.items() if not found.skipped}
        if not usable:
            reasons = [reason for found in settled.values() for reason in found.skipped]
            raise UnusableError(skips.join(reasons) or skips.WOULD_ENLARGE)
        if len(usable) < len(settled):
            notes.append("widths that are too small for the crop are left out")
        # Of several widths with the same result the first is enough.
        by_size = {found.size.width: width for width, found in reversed(usable.items())}
        chosen = [width for _, width in sorted(by_size.items())]
        if any(usable[width].size.width != width for width in chosen):
            notes.append(
                "crop or fit changes the widths: the descriptors are those of the results (area cuts before the resize)"
            )
        sizes = {width: usable[width].size for width in chosen}
        formats = [fmt for fmt in NEGOTIABLE if self._gives(fmt, sized, chosen)]
        return Candidates(
            own=sized.listed(sizes),
            sources={fmt.content_type: sized.listed(sizes, fmt.name) for fmt in formats},
            notes=tuple(notes),
        )

    def _check(self, address: Address) -> None:
        """Refuse parameters that the data plane would skip for their values."""
        every_format = tuple(fmt.name for fmt in NEGOTIABLE)
        reasons = make_plan(parse(pairs(address.query)), self._options, every_format).reasons
        if reasons:
            raise UnusableError(skips.join(reasons))

    def _largest_width(self, sized: "_Sized") -> int:
        """The largest width at which nothing is larger than the original; 0 if there is none."""
        limit = self._settle(sized.address.resized()).size

        def is_too_large(width: int) -> bool:
            found = self._settle(sized.at(width))
            larger = found.size.width > limit.width or found.size.height > limit.height
            return larger or skips.WOULD_ENLARGE in found.skipped

        # From the first width that is too large on, all are.
        sides = range(1, max(self._facts.size.width, self._facts.size.height) + 1)
        return bisect_left(sides, x=True, key=is_too_large)

    def _gives(self, fmt: Format, sized: "_Sized", widths: Iterable[int]) -> bool:
        """Whether this format is ever the result of asking for it."""
        return any(self._settle(sized.at(width, fmt.name), (fmt.name,)).format is fmt for width in widths)

    def _settle(self, address: Address, accepted: tuple[str, ...] = ()) -> _Settled:
        plan = make_plan(parse(pairs(address.query)), self._options, accepted)
        decision = decide(plan, self._facts, self._limits, _PLENTY)
        if isinstance(decision, Work):
            return _Settled(decision.size, decision.format, _without_quality(decision.reasons))
        return _Settled(self._facts.size, self._facts.format, _without_quality(decision.reasons))


class _Sized:
    """An address at other widths. Where it has both sides of its own, their ratio is kept."""

    def __init__(self, address: Address) -> None:
        self.address = address
        operations = parse(pairs(address.query)).operations
        own = next((one for one in operations if isinstance(one, Resize)), None)
        self._ratio = (own.width, own.height) if own and own.width and own.height else None

    def at(self, width: int, fmt: str = "") -> Address:
        """The address at a width in pixels, and in a format; empty for that of the address."""
        height = None
        if self._ratio:
            height = max(1, round_half_up(width * self._ratio[1], self._ratio[0]))
        return self.address.resized(width, height, fmt=fmt)

    def listed(self, sizes: Mapping[int, Size], fmt: str = "") -> tuple[Candidate, ...]:
        """The candidates of these widths, with the sizes of their results."""
        return tuple(Candidate(str(self.at(width, fmt)), size.width, size.height) for width, size in sizes.items())


def _without_quality(reasons: Iterable[SkipReason]) -> tuple[SkipReason, ...]:
    """The reasons that are not about quality or format, neither of which changes a size."""
    return tuple(reason for reason in reasons if not reason.startswith(("compression: ", "convert: ", "quality: ")))
