"""The HTML of responsive images, to copy into a page.

`w` descriptors and `sizes`: https://html.spec.whatwg.org/multipage/images.html#srcset-attributes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Candidate:
    """One of the images among which a browser chooses.

    Attributes:
        url: its address, percent-encoded.
        width: of the image in pixels.
        height: of the image in pixels.
    """

    url: str
    width: int
    height: int


def img(candidates: Sequence[Candidate], sizes: str, alt: str) -> str:
    """An `<img>`: the size of the largest candidate, and the address of the middle one for clients without `srcset`.

    Args:
        candidates: at least one, the smallest first.
        sizes: the width of the image in the page, as the attribute `sizes`.
        alt: the text that stands for the image.
    """
    largest, middle = candidates[-1], candidates[len(candidates) // 2]
    return "\n".join(
        (
            "<img",
            f'  src="{escape(middle.url)}"',
            f"  {_srcset(candidates, '  ')}",
            f'  sizes="{escape(sizes)}"',
            f'  width="{largest.width}" height="{largest.height}"',
            f'  alt="{escape(alt)}" loading="lazy" decoding="async">',
        )
    )


def picture(sources: Mapping[str, Sequence[Candidate]], fallback: Sequence[Candidate], sizes: str, alt: str) -> str:
    """A `<picture>`.

    Args:
        sources: candidates by content type, the best type first.
        fallback: the candidates of the `<img>`, for browsers that know none of the types.
        sizes: as in `img`.
        alt: as in `img`.
    """
    lines = ["<picture>"]
    for content_type, candidates in sources.items():
        lines += [
            "  <source",
            f'    type="{escape(content_type)}"',
            f"    {_srcset(candidates, '    ')}",
            f'    sizes="{escape(sizes)}">',
        ]
    lines += [f"  {line}" for line in img(fallback, sizes, alt).split("\n")]
    return "\n".join((*lines, "</picture>"))


def _srcset(candidates: Sequence[Candidate], indent: str) -> str:
    rows = ",\n".join(f"{indent}  {escape(one.url)} {one.width}w" for one in candidates)
    return f'srcset="\n{rows}"'
