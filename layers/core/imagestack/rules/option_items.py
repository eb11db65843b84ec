"""Options of items and of the public CDN API, read and validated."""

from imagestack.rules.attributes import Attributes
from imagestack.rules.option_kinds import Section
from imagestack.rules.option_metadata import option_fields, read_fields
from imagestack.rules.options import Options

# Options that keep images from somebody: an item with one of these must not be ignored.
GUARDS = tuple(
    option.attribute for option in option_fields(Options) if isinstance(option.kind, Section) and option.kind.guards
)


def read_options(options: Attributes) -> Options:
    """Read a map of options. Unknown names are ignored.

    Raises:
        ValueError: which option is wrong, and what is wrong with it.
    """
    return read_fields(Options, options)
