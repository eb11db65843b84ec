"""Draw the README's picture: an original beside the images that Image Stack makes of it, with their sizes.

    python -m bench.picture docs/images/results.jpg

The original is a photograph that scikit-image ships.
"""

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from imagestack.limits import Budget, Limits
from imagestack.plan.plan import make_plan
from imagestack.plan.work import Work
from imagestack.ports import Original, Stored, Version
from imagestack.request.query import pairs, parse
from imagestack.rules.options import ImageStack
from imagestack.serving.derive import Executed, execute, plan_work
from imagestack.transform import transform

PANEL = (460, 330)
MARGIN = 20
LINE = 26
INK, PAPER, SOFT = (24, 28, 36), (255, 255, 255), (96, 104, 120)
BOTH = ("avif", "webp")
# Title, query, formats that the viewer accepts.
RESULTS = (
    ("Firefox 60, curl: the original", "", ()),
    ("Safari 14: WebP by rule", "", ("webp",)),
    ("Chrome, Firefox, Safari 16: AVIF by rule", "", BOTH),
    ("?width=320&height=200&fit=bounds", "width=320&height=200&fit=bounds", BOTH),
    ("?crop=1:1,offset-x60,offset-y40&width=460", "crop=1:1,offset-x60,offset-y40&width=460", BOTH),
    ("?width=300&quality=40&fmt=webp", "width=300&quality=40&fmt=webp", BOTH),
)


@dataclass(frozen=True)
class Panel:
    """A picture with its title and its facts."""

    image: Image.Image
    title: str
    facts: str


def original() -> Original:
    """A photograph that scikit-image ships, as an original."""
    spec = find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("This needs scikit-image: make setup")
    with Image.open(Path(spec.submodule_search_locations[0], "data", "coffee.png")) as photograph:
        output = BytesIO()
        photograph.convert("RGB").save(output, "JPEG", quality=92)
    body = output.getvalue()
    return Original(Stored("coffee.jpg", Version('"1"', datetime.now(UTC)), len(body), "image/jpeg"), body)


def panel(source: Original, title: str, query: str, accepted: tuple[str, ...]) -> Panel:
    """The image that one viewer gets."""
    options = ImageStack(enabled=True, quality=80, webp_enabled=True, avif_enabled=True)
    plan = make_plan(parse(pairs(query)), options, accepted)
    settled = plan_work(source, plan, Limits(), Budget(2 * 10**9, 30))
    made = execute(source, plan, settled, transform) if isinstance(settled, Work) else settled
    body = made.encoded.body if isinstance(made, Executed) else source.body
    with Image.open(BytesIO(body)) as image:
        image.load()
        saved = 100 * (1 - len(body) / source.stored.size)
        size = f"{image.width} x {image.height}  {(image.format or '').upper()}  {len(body) / 1000:.1f} kB"
        return Panel(image.convert("RGB"), title, f"{size}  saved {saved:.0f} %" if saved else size)


def draw(panels: list[Panel]) -> Image.Image:
    """Draw the panels on one sheet, three in a row."""
    font = ImageFont.load_default(17)
    step = (PANEL[0] + MARGIN, PANEL[1] + 2 * LINE + MARGIN)
    rows = -(-len(panels) // 3)
    sheet = Image.new("RGB", (3 * step[0] + MARGIN, rows * step[1] + MARGIN), PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, shown in enumerate(panels):
        left, top = MARGIN + number % 3 * step[0], MARGIN + number // 3 * step[1]
        image = shown.image.copy()
        image.thumbnail(PANEL, Image.Resampling.LANCZOS)
        sheet.paste(image, (left, top))
        pen.text((left, top + PANEL[1] + 4), shown.title, INK, font)
        pen.text((left, top + PANEL[1] + 4 + LINE), shown.facts, SOFT, font)
    return sheet


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    output = parser.parse_args().output
    source = original()
    sheet = draw([panel(source, *result) for result in RESULTS])
    sheet.save(output, quality=86, optimize=True)
    print(f"{output}: {output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
