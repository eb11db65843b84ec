"""The overview of the query's parameters in `imagestack --help`."""

from imagestack.request.parameters import overview

# Click keeps the lines of a paragraph that begins with this.
_AS_IT_IS = "\b"
# Not every terminal has more than ASCII.
_ASCII = str.maketrans({"`": None, "×": "x", "–": "-"})


def parameters_help() -> str:
    """All parameters of images with their values, one form of a value on each line."""
    rows = [[text.translate(_ASCII) for text in row] for row in overview()]
    first, second = (max(len(row[column]) for row in rows) + 2 for column in (0, 1))
    lines = [f"  {name:<{first}}{value:<{second}}{meaning}" for name, value, meaning in rows]
    return "\n".join((_AS_IT_IS, "Parameters of images, as in /cat.jpg?width=400&crop=1:1:", *lines))
