"""Facts of the grammar of the query (spec sections 2, 3 and 6), for `query` and for the edge.

`tools/edge_code.py` writes them into `functions/edge/viewer_request.js`, so that both spell a query alike.
"""

from imagestack import skips
from imagestack.formats import CONVERSIONS
from imagestack.operations import Fit
from imagestack.quality import HIGHEST_QUALITY

# In the order in which they are spelled.
PARAMETERS = ("width", "height", "fit", "crop", "fmt", "quality")
# The first is meant where none is named.
FITS = (Fit.FIT, Fit.BOUNDS, Fit.COVER, Fit.FORCE)
FORMATS = CONVERSIONS

# No image is wider; a longer number is "too large to be meant" and counts as this (2**33 < it < 2**53).
LARGEST_NUMBER = 9_999_999_999
MAX_QUALITY = HIGHEST_QUALITY
MAX_PERCENT = 100

# Each way of being bad: its reason, and the one spelling that stands for all like it.
BAD = {
    "quality": (skips.BAD_QUALITY, "quality="),
    "fmt": (skips.BAD_FORMAT, "fmt="),
    "width": (skips.BAD_WIDTH, "width="),
    "height": (skips.BAD_HEIGHT, "height="),
    "fit": (skips.BAD_FIT, "width=1&height=1&fit="),
    "crop_width": (skips.CROP_BAD_WIDTH, "crop="),
    "crop_height": (skips.CROP_BAD_HEIGHT, "crop=1"),
    "crop_ratio": (skips.CROP_BAD_RATIO, "crop=::"),
    "crop_ratio_width": (skips.CROP_BAD_RATIO_WIDTH, "crop=:1"),
    "crop_ratio_height": (skips.CROP_BAD_RATIO_HEIGHT, "crop=1:"),
    "crop_no_position": (skips.CROP_NO_POSITION, "crop=1,1,"),
    "crop_pixels": (skips.CROP_BAD_PIXELS, "crop=1,1,x,y"),
    "crop_percent": (skips.CROP_BAD_PERCENT, "crop=1,1,xp,yp"),
    "crop_offset": (skips.CROP_BAD_OFFSET, "crop=1,1,offset-x,offset-y"),
    "crop_mixed": (skips.CROP_MIXED, "crop=1,1,x0,y0p"),
    "crop_percent_over_100": (skips.CROP_PERCENT_OVER_100, "crop=1,1,x101p,y0p"),
    "crop_offset_over_100": (skips.CROP_OFFSET_OVER_100, "crop=1,1,offset-x101,offset-y0"),
}
