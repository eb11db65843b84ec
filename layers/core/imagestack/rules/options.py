"""The options of resources and rules, as the control panel knows them (spec section 4 and the public CDN API)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

from imagestack.operations.operation import Operation
from imagestack.operations.resize import Resize
from imagestack.quality import AUTO, DEFAULT_QUALITY, DEFAULT_TARGET, Auto, Target


class Refine(StrEnum):
    """Which derived objects are encoded once more when nobody waits, for fewer bytes of the same quality."""

    OFF = "off"
    POPULAR = "popular"
    ALL = "all"


@dataclass(frozen=True)
class ImageStack:
    """The option `image_stack`.

    Attributes:
        quality: 0 to 100 on the JPEG scale, or that it is chosen for each picture.
        quality_target: the score that is aimed at where it is chosen, here or in the query; see `Target`.
        png_palette: a PNG that is encoded once more may lose what cannot be seen; `png_lossless` forbids it.
        linear: resizes average light, not the numbers that stand for it.
    """

    enabled: bool = False
    quality: int | Auto = DEFAULT_QUALITY
    quality_target: int = DEFAULT_TARGET
    webp_enabled: bool = False
    avif_enabled: bool = False
    png_lossless: bool = False
    png_palette: bool = False
    linear: bool = False
    refine: Refine = Refine.OFF

    @property
    def formats(self) -> frozenset[str]:
        """The formats of automatic conversion."""
        enabled = {"webp": self.webp_enabled, "avif": self.avif_enabled}
        return frozenset(name for name, on in enabled.items() if on and self.enabled)

    def deciding(self) -> "ImageStack":
        """Only the options that decide about the bytes of a result, beside quality and formats."""
        return ImageStack(png_lossless=self.png_lossless, png_palette=self.png_palette, linear=self.linear)

    def spelled(self, operations: Iterable[type[Operation]]) -> Iterator[str]:
        """The words by which derived keys spell these options, where they make a difference to such operations."""
        asked = set(operations)
        if self.png_lossless:
            yield "lossless"
        # A PNG is only made by an operation, and `png_lossless` forbids the palette.
        elif self.png_palette and asked:
            yield "palette"
        if self.linear and Resize in asked:
            yield "linear"

    def quality_for(self, asked: int | Auto | None) -> int | Target:
        """The quality to be aimed at where a query asks for this one, or for none."""
        quality = self.quality if asked is None else asked
        return Target(self.quality_target) if quality is AUTO else quality


@dataclass(frozen=True)
class EdgeCache:
    """The option `edge_cache_settings`: how long the edge keeps an answer, in seconds.

    Attributes:
        value: of an image, whatever the original says; None leaves that to the original.
        default: of an image whose original says nothing.
        custom: by status, as text, or `any`; goes before `value`.
    """

    enabled: bool = False
    value: int | None = None
    default: int | None = None
    custom: Mapping[str, int] = field(default_factory=dict)

    def seconds(self, status: int) -> int | None:
        """What is set for a status; None if the answer's own word counts."""
        custom = self.custom.get(str(status), self.custom.get("any"))
        return self.value if custom is None else custom


@dataclass(frozen=True)
class BrowserCache:
    """The option `browser_cache_settings`: how long browsers keep an image, in seconds."""

    enabled: bool = False
    value: int = 0


@dataclass(frozen=True)
class Cors:
    """The option `cors`.

    Attributes:
        value: `*`, `$http_origin`, or the domains whose pages may read images.
        always: errors carry the header too.
    """

    enabled: bool = False
    value: tuple[str, ...] = ()
    always: bool = False


@dataclass(frozen=True)
class StaticHeader:
    """A header that every response gets; `always` means errors too."""

    name: str
    value: str
    always: bool = False


@dataclass(frozen=True)
class StaticHeaders:
    """The option `static_response_headers`."""

    enabled: bool = False
    value: tuple[StaticHeader, ...] = ()


@dataclass(frozen=True)
class Referrers:
    """The option `referrer_acl`.

    Attributes:
        policy: `allow` all but `excepted`, or `deny` all but `excepted`.
        excepted: domains; `*.example.com` is all below `example.com`.
    """

    enabled: bool = False
    policy: str = "allow"
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class SecureKey:
    """The option `secure_key`: images are for those whose address is signed.

    Attributes:
        key: of the signature; an empty one lets nobody in.
        with_address: the viewer's IP address is signed too (type 0), else it is not (type 2).
    """

    enabled: bool = False
    key: str = ""
    with_address: bool = False


@dataclass(frozen=True)
class Options:
    """The options of a resource or of a rule; None where it has none of its own."""

    image_stack: ImageStack | None = None
    edge_cache: EdgeCache | None = None
    browser_cache: BrowserCache | None = None
    cors: Cors | None = None
    static_headers: StaticHeaders | None = None
    referrers: Referrers | None = None
    secure_key: SecureKey | None = None

    def over(self, base: "Options") -> "Options":
        """These options, and those of `base` where these are silent."""
        own = {option.name: getattr(self, option.name) for option in fields(self)}
        return replace(base, **{name: value for name, value in own.items() if value is not None})

    def effective(self) -> "Options":
        """These options without those that are switched off."""
        own = {option.name: getattr(self, option.name) for option in fields(self)}
        return Options(**{name: value for name, value in own.items() if value is not None and value.enabled})


# What an item stands for that guards its images and cannot be read: nobody gets in until it is mended.
LOCKED = Options(secure_key=SecureKey(enabled=True))
