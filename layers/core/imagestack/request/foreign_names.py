"""What other products call the parameters of this one.

`unknown_parameters` suggests a parameter from it, and `make tables` writes the table of docs/names-elsewhere.md.

Sources: developers.cloudflare.com/images/optimization/features, docs.imgix.com/en-US/apis/rendering,
docs.imgproxy.net/usage/processing, and sharp.pixelplumbing.com (api-resize, api-operation, api-output).
"""

from dataclasses import dataclass


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
    """

    parameter: str
    value: str
    cloudflare: str
    imgix: str
    imgproxy: str
    sharp: str


FOREIGN_NAMES = (
    ForeignName("width", "", "width, w", "w", "width, w", "resize({ width })"),
    ForeignName("height", "", "height, h", "h", "height, h", "resize({ height })"),
    ForeignName("fit", "fit", "fit=cover", "fit=crop", "resizing_type:fill", "fit: 'cover'"),
    ForeignName("fit", "contain", "fit=contain", "fit=clip", "resizing_type:fit", "fit: 'inside'"),
    ForeignName("fit", "pad", "fit=pad", "fit=fill", "resizing_type:fit, extend:1", "fit: 'contain'"),
    ForeignName("fit", "force", "fit=squeeze", "fit=scale", "resizing_type:force", "fit: 'fill'"),
    ForeignName("dpr", "", "dpr", "dpr", "dpr", ""),
    ForeignName("enlarge", "false", "fit=scale-down, fit=crop", "fit=max", "default", "withoutEnlargement: true"),
    ForeignName("enlarge", "true", "default of fit=contain, cover, pad", "default", "enlarge:1", "default"),
    ForeignName("gravity", "", "gravity, g", "crop=top,left", "gravity, g", "position"),
    ForeignName(
        "gravity", "x30p,y40p", "gravity=0.3x0.4", "crop=focalpoint&fp-x=0.3&fp-y=0.4", "gravity:fp:0.3:0.4", ""
    ),
    ForeignName("area", "", "trim=top;right;bottom;left", "rect", "crop, c", "extract()"),
    ForeignName("background", "", "background", "bg", "background, bg", "background, flatten()"),
    ForeignName("rotate", "", "rotate", "rot", "rotate, rot", "rotate()"),
    ForeignName("flip", "", "flip", "flip", "flip, fl", "flip(), flop()"),
    ForeignName("fmt", "", "format, f", "fm", "format, f, ext", "toFormat()"),
    ForeignName("fmt", "auto", "format=auto", "auto=format", "", ""),
    ForeignName("quality", "", "quality, q", "q", "quality, q", "quality"),
)

ALIASES = {
    "w": "width",
    "maxwidth": "width",
    "resize": "width",
    "rs": "width",
    "h": "height",
    "maxheight": "height",
    "mode": "fit",
    "resizing_type": "fit",
    "rt": "fit",
    "c": "crop",
    "dpi": "dpr",
    "density": "dpr",
    "scale": "dpr",
    "upscale": "enlarge",
    "el": "enlarge",
    "withoutenlargement": "enlarge",
    "g": "gravity",
    "position": "gravity",
    "focus": "gravity",
    "fp-x": "gravity",
    "fp-y": "gravity",
    "rect": "area",
    "extract": "area",
    "bg": "background",
    "bgcolor": "background",
    "color": "background",
    "rot": "rotate",
    "or": "rotate",
    "angle": "rotate",
    "fl": "flip",
    "flop": "flip",
    "mirror": "flip",
    "f": "fmt",
    "fm": "fmt",
    "ext": "fmt",
    "format": "fmt",
    "output": "fmt",
    "type": "fmt",
    "auto": "fmt",
    "q": "quality",
    "compress": "quality",
}
"""The parameter that a name from elsewhere stands for. Names are in lower case."""
