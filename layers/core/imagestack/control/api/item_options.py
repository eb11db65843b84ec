"""The options of an item that is about to be saved."""

from imagestack.control.api.option_bodies import check_options
from imagestack.control.errors import InvalidError


def check_item_options(options: object) -> None:
    """Check that the data plane can read the options of an item, a part of which may be written by hand.

    Args:
        options: The attribute `options`; None if the item has none.

    Raises:
        InvalidError: The options are invalid; messages are by option and field.
    """
    options = options or {}
    if not isinstance(options, dict):
        raise InvalidError({"options": ["what is stored is not an object; name all options"]})
    check_options(options)
