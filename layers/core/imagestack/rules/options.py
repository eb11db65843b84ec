"""The options of resources and rules (docs/specification.md#section-4).

An option is one frozen dataclass. The metadata of its fields is the source of all that depends on them:

- the reader of items, the models of the API and the words of derived keys, at run time;
- the table of the docs and the rows of the console, by `make tables`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cached_property

from imagestack.formats import FORMATS
from imagestack.operations.operation import Operation
from imagestack.operations.resize import Resize
from imagestack.quality import AUTO, DEFAULT_QUALITY, DEFAULT_TARGET, HIGHEST_TARGET, LOWEST_TARGET, Auto, ScoreTarget
from imagestack.rules.delivery_kinds import (
    CorsOrigins,
    Domains,
    HeaderName,
    Headers,
    HeaderValues,
    SignatureType,
    key_where_enabled,
)
from imagestack.rules.option_kinds import (
    Choice,
    Duration,
    Quality,
    Section,
    StatusDurations,
    Switch,
    Text,
    Whole,
    one_expiry,
    value_where_enabled,
)
from imagestack.rules.option_metadata import ConsoleRow, Spelling, option, option_fields

_ENABLED = option(Switch(), is_required=True)
_WITH_PALETTE = frozenset(name for name, fmt in FORMATS.items() if fmt.palette)
_LASTING = "like 0s, 600s, 4d; a year at most"
_SWITCH_OF_FORMAT = "_enabled"
_ERRORS_TOO = option(Switch(), description="errors too")


class Refine(StrEnum):
    """Which derived objects are encoded again in the background, for fewer bytes of the same quality."""

    OFF = "off"
    POPULAR = "popular"
    ALL = "all"


@dataclass(frozen=True)
class ImageStack:
    """The option `image_stack`.

    Attributes:
        quality: 0 to 100 on the JPEG scale, or `AUTO`: chosen for each image.
        quality_target: the score that an automatic quality reaches, here or in the query; see `ScoreTarget`.
        png_palette: a refinement of a PNG may lose what the eye cannot see; `png_lossless` forbids it.
        linear: resizes average light, not the values of sRGB.
    """

    enabled: bool = field(
        default=False,
        metadata=option(
            Switch(), "`false`: originals pass through untouched, whatever the query says", is_required=True
        ),
    )
    quality: int | Auto = field(
        default=DEFAULT_QUALITY,
        metadata=option(
            Quality(),
            "quality on the JPEG scale, never above a JPEG original's own; "
            "`auto`: [chosen for each image](#automatic-quality)",
            description=f"0 to 100, or auto: chosen for each picture; {DEFAULT_QUALITY} where it is absent",
            row=ConsoleRow(
                "Quality in percent", "0 to 100 as of a JPEG, for every format. Never above the original's."
            ),
        ),
    )
    quality_target: int = field(
        default=DEFAULT_TARGET,
        metadata=option(
            Whole(LOWEST_TARGET, HIGHEST_TARGET),
            "score that `auto` aims at, in the rule and in the query",
            description=(
                f"SSIMULACRA2 score that auto aims at, {LOWEST_TARGET} to {HIGHEST_TARGET}; "
                f"{DEFAULT_TARGET} where it is absent"
            ),
            row=ConsoleRow(
                "Target score",
                f"{LOWEST_TARGET} to {HIGHEST_TARGET}: each picture gets the lowest quality that reaches it. "
                "90 cannot be told apart by eye, 80 hardly, 70 is good.",
            ),
        ),
    )
    webp_enabled: bool = field(
        default=False,
        metadata=option(
            Switch(),
            "convert JPEG and PNG to WebP for clients that accept it",
            row=ConsoleRow("Enable WebP compression", "For browsers that accept it.", summary={"on": "WebP"}),
        ),
    )
    avif_enabled: bool = field(
        default=False,
        metadata=option(
            Switch(),
            "convert JPEG and PNG to AVIF for clients that accept it; "
            "AVIF goes before WebP unless the client prefers WebP",
            row=ConsoleRow(
                "Enable AVIF compression",
                "For browsers that accept it; it goes before WebP.",
                summary={"on": "AVIF"},
            ),
        ),
    )
    png_lossless: bool = field(
        default=False,
        metadata=option(
            Switch(),
            "convert PNG to lossless WebP only; quality never applies to PNG",
            row=ConsoleRow(
                "Enable lossless for PNG",
                "PNG becomes lossless WebP only, and quality never touches it.",
                summary={"on": "lossless PNG"},
            ),
            spelling=Spelling("lossless"),
        ),
    )
    png_palette: bool = field(
        default=False,
        metadata=option(
            Switch(),
            "a [refinement](caching.md#refinements) may reduce a PNG to [256 colours](#png-of-few-colours); "
            "needs `refine`, and `png_lossless` switches it off",
            description="refinements of PNG may lose what cannot be seen; not under png_lossless",
            row=ConsoleRow(
                "Few colours for PNG",
                "What is made smaller afterwards may have 256 colours where nobody sees it, and is not lossless then. "
                "Not with lossless for PNG.",
            ),
            # Without an operation a PNG is only made of another original.
            spelling=Spelling("palette", only_with=Operation, or_formats=_WITH_PALETTE, unless="png_lossless"),
        ),
    )
    linear: bool = field(
        default=False,
        metadata=option(
            Switch(),
            "resize in [linear light](#linear-light)",
            description="resizes average light, not the numbers that stand for it",
            row=ConsoleRow(
                "Resize in linear light",
                "Fine bright and dark detail keeps its brightness. It takes more memory and time.",
                summary={"on": "linear light"},
            ),
            spelling=Spelling("linear", only_with=Resize),
        ),
    )
    refine: Refine = field(
        default=Refine.OFF,
        metadata=option(
            Choice(tuple(Refine)),
            "which images are [encoded again](caching.md#refinements) in the background: "
            "none, those that are requested again, or all",
            description=f"what is encoded once more when nobody waits; {Refine.OFF} where it is absent",
            row=ConsoleRow(
                "Make smaller afterwards",
                "Encoded once more when nobody waits: fewer bytes, the same quality. "
                "Until then the edge keeps an image for a minute.",
                choices={
                    Refine.OFF: "Nothing",
                    Refine.POPULAR: "Images that are asked for again",
                    Refine.ALL: "All images",
                },
                summary={Refine.POPULAR: "made smaller when popular", Refine.ALL: "made smaller afterwards"},
            ),
        ),
    )

    @cached_property
    def formats(self) -> frozenset[str]:
        """The formats of automatic conversion: those whose field `…_enabled` is on."""
        switches = (one.name for one in fields(self) if one.name.endswith(_SWITCH_OF_FORMAT))
        return frozenset(
            name.removesuffix(_SWITCH_OF_FORMAT) for name in switches if self.enabled and getattr(self, name)
        )

    def deciding(self) -> "ImageStack":
        """Only the switches that have a word in derived keys. All others have their defaults."""
        return ImageStack(**{one.name: getattr(self, one.name) for one in option_fields(ImageStack) if one.spelling})

    def spelled(self, operations: Iterable[type[Operation]], formats: Iterable[str]) -> Iterator[str]:
        """The words of a derived key for the switches that are on, in the order of the fields.

        Args:
            operations: those of the plan. A switch without an effect on these has no word.
            formats: names of the formats of the plan.
        """
        types, names = tuple(operations), frozenset(formats)
        for one in option_fields(ImageStack):
            spelling = one.spelling
            if spelling is None or not getattr(self, one.name):
                continue
            if spelling.unless and getattr(self, spelling.unless):
                continue
            is_effective = spelling.only_with is None or any(issubclass(each, spelling.only_with) for each in types)
            if is_effective or names & spelling.or_formats:
                yield spelling.word

    def quality_for(self, queried: int | Auto | None) -> int | ScoreTarget:
        """The quality to use if the query has this one, or None if it has none."""
        quality = self.quality if queried is None else queried
        return ScoreTarget(self.quality_target) if quality is AUTO else quality


@dataclass(frozen=True)
class EdgeCache:
    """The option `edge_cache_settings`: how long the edge keeps a response, in seconds.

    Attributes:
        value: for images, whatever the original says; None: the original decides.
        default: for images whose original says nothing.
        custom: by status, as text, or `any`; goes before `value`.
    """

    enabled: bool = field(default=False, metadata=_ENABLED)
    value: int | None = field(default=None, metadata=option(Duration(), description=_LASTING))
    default: int | None = field(
        default=None, metadata=option(Duration(), description="for originals that say nothing themselves")
    )
    custom: Mapping[str, int] = field(
        default_factory=dict,
        metadata=option(StatusDurations(), attribute="custom_values", description="by status, or `any`"),
    )

    def seconds(self, status: int) -> int | None:
        """What is set for a status; None if the response itself decides."""
        custom = self.custom.get(str(status), self.custom.get("any"))
        return self.value if custom is None else custom


@dataclass(frozen=True)
class BrowserCache:
    """The option `browser_cache_settings`: how long browsers keep an image, in seconds."""

    enabled: bool = field(default=False, metadata=_ENABLED)
    value: int = field(default=0, metadata=option(Duration(), description=_LASTING))


@dataclass(frozen=True)
class Cors:
    """The option `cors`.

    Attributes:
        value: `*`, `$http_origin`, or the domains whose pages may read images.
        always: errors have the header too.
    """

    enabled: bool = field(default=False, metadata=_ENABLED)
    value: tuple[str, ...] = field(
        default=(), metadata=option(CorsOrigins(), description="`*`, `$http_origin`, or domains")
    )
    always: bool = field(default=False, metadata=_ERRORS_TOO)


@dataclass(frozen=True)
class StaticHeader:
    """A header of every response; `always` means errors too."""

    name: str = field(metadata=option(HeaderName(), is_required=True))
    value: str = field(metadata=option(HeaderValues(), is_required=True))
    always: bool = field(default=False, metadata=_ERRORS_TOO)


@dataclass(frozen=True)
class StaticHeaders:
    """The option `static_response_headers`."""

    enabled: bool = field(default=False, metadata=_ENABLED)
    value: tuple[StaticHeader, ...] = field(
        default=(), metadata=option(Headers(StaticHeader, "StaticHeader", "A header of every answer."))
    )


@dataclass(frozen=True)
class Referrers:
    """The option `referrer_acl`.

    Attributes:
        policy: `allow` all but `excepted`, or `deny` all but `excepted`.
        excepted: domains; `*.example.com` is every host below `example.com`.
    """

    enabled: bool = field(default=False, metadata=_ENABLED)
    policy: str = field(
        default="allow",
        metadata=option(Choice(("allow", "deny"), has_default=False), attribute="policy_type", is_required=True),
    )
    excepted: tuple[str, ...] = field(default=(), metadata=option(Domains(), attribute="excepted_values"))


@dataclass(frozen=True)
class SecureKey:
    """The option `secure_key`: only signed addresses give images.

    Attributes:
        key: of the signature; an empty one admits nobody.
        with_address: the signature covers the viewer's IP address (type 0), or does not (type 2).
    """

    enabled: bool = field(default=False, metadata=_ENABLED)
    key: str = field(
        default="",
        metadata=option(Text(), description="6 to 32 printable characters; null for those who may not read it"),
    )
    with_address: bool = field(
        default=False,
        metadata=option(
            SignatureType(), attribute="type", description="0: the viewer's address is signed too; 2: it is not"
        ),
    )


@dataclass(frozen=True)
class Options:
    """The options of a resource or of a rule; None where it has none of its own."""

    image_stack: ImageStack | None = field(
        default=None,
        metadata=option(Section(ImageStack, "ImageStackOption", "Resizing, cropping and conversion of JPEG and PNG.")),
    )
    edge_cache: EdgeCache | None = field(
        default=None,
        metadata=option(
            Section(
                EdgeCache,
                "EdgeCacheOption",
                "How long the edge keeps answers; `value` and `default` exclude each other.",
                check=one_expiry,
            ),
            attribute="edge_cache_settings",
        ),
    )
    browser_cache: BrowserCache | None = field(
        default=None,
        metadata=option(
            Section(BrowserCache, "BrowserCacheOption", "How long browsers keep images.", check=value_where_enabled),
            attribute="browser_cache_settings",
        ),
    )
    cors: Cors | None = field(
        default=None,
        metadata=option(Section(Cors, "CorsOption", "Which pages may read images.", check=value_where_enabled)),
    )
    static_headers: StaticHeaders | None = field(
        default=None,
        metadata=option(
            Section(StaticHeaders, "StaticHeadersOption", "Headers of every answer."),
            attribute="static_response_headers",
        ),
    )
    referrers: Referrers | None = field(
        default=None,
        metadata=option(
            Section(Referrers, "ReferrerOption", "Which pages may show images.", guards=True),
            attribute="referrer_acl",
        ),
    )
    secure_key: SecureKey | None = field(
        default=None,
        metadata=option(
            Section(
                SecureKey,
                "SecureKeyOption",
                "Images for signed addresses only.",
                check=key_where_enabled,
                guards=True,
            )
        ),
    )

    def over(self, base: "Options") -> "Options":
        """These options, and those of `base` that are None here."""
        own = {option.name: getattr(self, option.name) for option in fields(self)}
        return replace(base, **{name: value for name, value in own.items() if value is not None})

    def effective(self) -> "Options":
        """These options without those that are switched off."""
        own = {option.name: getattr(self, option.name) for option in fields(self)}
        return Options(**{name: value for name, value in own.items() if value is not None and value.enabled})


# The options of an item that guards its images and cannot be read: nobody is admitted until it is repaired.
LOCKED = Options(secure_key=SecureKey(enabled=True))
