"""What other products call the parameters of this one.

`unknown_parameters` suggests a parameter from it, and `make tables` writes the table of docs/names-elsewhere.md.

Sources: developers.cloudflare.com/images/optimization/features, docs.imgix.com/apis/rendering,
docs.imgproxy.net/usage/processing, and sharp.pixelplumbing.com (api-resize, api-operation, api-output).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The name at the beginning of each part of a text, as in "background, flatten()" and "trim=top;right;bottom;left".
_NAME = re.compile(r"(?:^|, )([\w-]+)")


@dataclass(frozen=True)
class ForeignName:
    """A parameter of this product, or one value of it, and what others call it. An empty text means that there is none.

    Attributes:
        parameter: name of the parameter.
        value: the value that the row is about; empty for the parameter itself.
        cloudflare: options of Cloudflare Images in URLs.
        imgix: parameters of imgix.
        imgproxy: processing options of imgproxy.
        sharp: methods and options of sharp.
        also: further names for the parameter, also where the row is about a value. They are not in the docs.
    """

    parameter: str
    value: str
    cloudflare: str
    imgix: str
    imgproxy: str
    sharp: str
    also: tuple[str, ...] = ()

    @property
    def names(self) -> Iterator[str]:
        """What others call the parameter, in lower case. A row about a value has only the further names."""
        if not self.value:
            for text in (self.cloudflare, self.imgix, self.imgproxy, self.sharp):
                yield from _NAME.findall(text.lower())
        yield from self.also


FOREIGN_NAMES = (
    ForeignName("width", "", "width, w", "w", "width, w", "resize({ width })", also=("maxwidth", "max-w", "rs")),
    ForeignName("height", "", "height, h", "h", "height, h", "resize({ height })", also=("maxheight", "max-h")),
    ForeignName(
        "fit",
        "fit",
        "fit=crop, fit=cover",
        "fit=crop",
        "resizing_type:fill",
        "fit: 'cover'",
        also=("mode", "resizing_type", "rt"),
    ),
    ForeignName(
        "fit",
        "contain",
        "fit=scale-down, fit=contain",
        "fit=max, fit=clip",
        "resizing_type:fit",
        "fit: 'inside'",
    ),
    ForeignName(
        "fit",
        "pad",
        "fit=pad",
        "fit=fillmax, fit=fill",
        "resizing_type:fit, extend:1",
        "fit: 'contain'",
        also=("pad", "padding", "extend", "ex"),
    ),
    ForeignName("fit", "force", "fit=squeeze", "fit=scale", "resizing_type:force", "fit: 'fill'"),
    ForeignName("dpr", "", "dpr", "dpr", "dpr", "", also=("dpi", "density", "scale")),
    ForeignName(
        "enlarge", "false", "fit=scale-down, fit=crop", "fit=max, fit=fillmax", "enlarge:0", "withoutEnlargement: true"
    ),
    ForeignName("enlarge", "clamp", "fit=aspect-crop", "fit=min", "resizing_type:fill-down", ""),
    ForeignName(
        "enlarge",
        "true",
        "fit=contain, fit=cover, fit=pad",
        "fit=clip, fit=crop, fit=fill",
        "enlarge:1",
        "withoutEnlargement: false",
        also=("el", "upscale", "withoutenlargement"),
    ),
    ForeignName("gravity", "", "gravity, g", "crop=top,left", "gravity, g", "position", also=("focus", "fp-x", "fp-y")),
    ForeignName(
        "gravity", "x30p,y40p", "gravity=0.3x0.4", "crop=focalpoint&fp-x=0.3&fp-y=0.4", "gravity:fp:0.3:0.4", ""
    ),
    ForeignName("area", "", "trim=top;right;bottom;left", "rect", "crop, c", "extract()"),
    ForeignName("crop", "4:5", "", "ar=4:5&fit=crop", "", "", also=("ar",)),
    ForeignName(
        "background",
        "",
        "background",
        "bg, fill-color",
        "background, bg",
        "background, flatten()",
        also=("bgcolor", "color"),
    ),
    ForeignName("rotate", "", "rotate", "orient, or", "rotate, rot", "rotate()", also=("angle",)),
    ForeignName("flip", "h", "flip=h", "flip=h", "flip:1:0", "flop()", also=("fl", "flop", "mirror")),
    ForeignName("flip", "v", "flip=v", "flip=v", "flip:0:1", "flip()"),
    ForeignName("fmt", "", "format, f", "fm", "format, f, ext", "toFormat()", also=("output", "type")),
    ForeignName("fmt", "auto", "format=auto", "auto=format", "", "", also=("auto",)),
    ForeignName("quality", "", "quality, q", "q", "quality, q", "quality", also=("compress",)),
    ForeignName("quality", "auto", "quality=high, quality=low", "", "autoquality, aq", "", also=("autoquality", "aq")),
)

ALIASES = {name: row.parameter for row in reversed(FOREIGN_NAMES) for name in row.names}
"""The parameter that a name from elsewhere stands for: that of the first row which has it. Names are in lower case."""
