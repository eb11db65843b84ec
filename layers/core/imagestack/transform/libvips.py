"""A few calls of libvips, through the extension module of its binary wheel.

pyvips, the usual binding, is published as source only: pip would build it for the machine that makes a layer, not for
the one that runs it.
"""

from dataclasses import dataclass
from typing import Any

from _libvips import ffi, lib

if lib.vips_init(b"imagestack"):
    raise ImportError(ffi.string(lib.vips_error_buffer()).decode())
# Every request has another original; a cache would only hold bodies.
lib.vips_cache_set_max(0)
# Only operations that the makers of libvips fuzz: a call of any other one fails.
lib.vips_block_untrusted_set(1)

# GLib's level of warnings. `LibvipsError` has the reason; a line for each damaged row is noise.
_WARNING = 1 << 4
ffi.def_extern("_log_handler_callback")(lambda *_: None)
lib.g_log_set_handler(b"VIPS", _WARNING, lib._log_handler_callback, ffi.NULL)  # noqa: SLF001 - the module's only handler
_SOURCE, _IMAGE = (lib.g_type_from_name(name) for name in (b"VipsSource", b"VipsImage"))


class LibvipsError(Exception):
    """An operation failed. The text is that of libvips."""

    def __init__(self) -> None:
        """Take the text, and clear the buffer for the next error."""
        super().__init__(ffi.string(lib.vips_error_buffer()).decode(errors="replace").strip())
        lib.vips_error_clear()


@dataclass(frozen=True)
class Pixels:
    """A computed image with its pixels.

    Attributes:
        width: in pixels.
        height: in pixels.
        bands: bytes of a pixel.
        memory: a buffer of all pixels, row by row.
    """

    width: int
    height: int
    bands: int
    memory: Any


@dataclass(frozen=True)
class Image:
    """An image that is computed a few rows at a time, when `pixels` is called."""

    _pointer: Any
    # libvips reads from it but holds no reference.
    _body: bytes

    @classmethod
    def open_jpeg(cls, body: bytes, shrink: int) -> "Image":
        """A JPEG in the orientation of the file. The decoder divides its sides by `shrink`: 1, 2, 4 or 8.

        Raises:
            LibvipsError: the header cannot be read.
        """
        source = ffi.gc(lib.vips_source_new_from_memory(ffi.from_buffer(body), len(body)), lib.g_object_unref)
        options = f"shrink={shrink},access=sequential,fail_on=truncated"
        return cls(_call("jpegload_source", "source", _SOURCE, source, options), body)

    def resized(self, across: float, down: float, reducing_gap: float) -> "Image":
        """Scaled by these factors with Lanczos. A box filter comes first where the reduction is beyond the gap.

        Raises:
            LibvipsError: libvips cannot scale the image.
        """
        options = f"scale={across!r},vscale={down!r},kernel=lanczos3,gap={reducing_gap!r}"
        return Image(_call("resize", "in", _IMAGE, self._pointer, options), self._body)

    def cropped(self, left: int, top: int, width: int, height: int) -> "Image":
        """The part of the image inside a box.

        Raises:
            LibvipsError: the box is not inside the image.
        """
        options = f"left={left},top={top},width={width},height={height}"
        return Image(_call("extract_area", "input", _IMAGE, self._pointer, options), self._body)

    @property
    def width(self) -> int:
        """The width of the image in pixels."""
        return self._fact(b"width")

    @property
    def height(self) -> int:
        """The height of the image in pixels."""
        return self._fact(b"height")

    def pixels(self) -> Pixels:
        """Compute the pixels of the image.

        Raises:
            LibvipsError: the body is damaged, or there is not enough memory.
        """
        length = ffi.new("size_t *")
        start = lib.vips_image_write_to_memory(self._pointer, length)
        if not start:
            raise LibvipsError
        memory = ffi.buffer(ffi.gc(start, lib.g_free), length[0])
        return Pixels(self.width, self.height, self._fact(b"bands"), memory)

    def _fact(self, name: bytes) -> int:
        value = ffi.new("GValue *")
        if lib.vips_image_get(self._pointer, name, value):
            raise LibvipsError
        fact: int = lib.g_value_get_int(value)
        lib.g_value_unset(value)
        return fact


def _call(name: str, input_name: str, kind: int, given: Any, options: str) -> Any:  # noqa: ANN401 - cffi has no types
    """The output image of an operation with one input."""
    operation = lib.vips_operation_new(name.encode())
    if not operation:
        raise LibvipsError
    operation = ffi.gc(operation, lib.g_object_unref)
    value = ffi.gc(ffi.new("GValue *"), lib.g_value_unset)
    lib.g_value_init(value, kind)
    lib.g_value_set_object(value, given)
    lib.g_object_set_property(ffi.cast("GObject *", operation), input_name.encode(), value)
    if lib.vips_object_set_from_string(ffi.cast("VipsObject *", operation), options.encode()):
        raise LibvipsError
    built = lib.vips_cache_operation_build(operation)
    if not built:
        raise LibvipsError
    built = ffi.gc(built, lib.g_object_unref)
    out = ffi.gc(ffi.new("GValue *"), lib.g_value_unset)
    lib.g_value_init(out, _IMAGE)
    lib.g_object_get_property(ffi.cast("GObject *", built), b"out", out)
    image = lib.g_value_get_object(out)
    # Freeing the value drops its own reference.
    lib.g_object_ref(image)
    image = ffi.gc(ffi.cast("VipsImage *", image), lib.g_object_unref)
    lib.vips_object_unref_outputs(ffi.cast("VipsObject *", built))
    return image
