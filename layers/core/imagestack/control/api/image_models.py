"""The API's answers about images: originals, which rule answers, what an address means, previews, responsive images."""

from typing import Literal

from pydantic import Field

from imagestack.control.api.answer_models import AnswerModel, ResourceName


class OriginalFound(AnswerModel):
    """An original."""

    path: str = Field(description="decoded, without the origin's prefix")
    bytes: int
    updated: str


class OriginalsAnswer(AnswerModel):
    """A part of a resource's originals."""

    results: list[OriginalFound]
    next: str | None = Field(description="for `after`; null at the end")


class ExplainedParameter(AnswerModel):
    """A known parameter of a query."""

    name: str
    sent: str
    value: str | None = Field(description="as it is understood; null where it has no effect")
    problem: str | None = Field(description="why it has no effect")


class UnknownParameter(AnswerModel):
    """A parameter that is ignored."""

    name: str
    nearest: str | None = Field(description="the known parameter that may be meant")


class ExplainedOriginal(AnswerModel):
    """An original. The size is that of the upright image."""

    bytes: int
    content_type: str | None
    width: int | None
    height: int | None


class ExplainedResult(AnswerModel):
    """What a viewer gets."""

    operations: list[str]
    content_type: str | None
    width: int | None
    height: int | None
    reasons: list[str]
    only_if_smaller: bool = Field(description="the original is returned if the result has no fewer bytes")


class ExplainedBrowser(AnswerModel):
    """What a class of browsers gets."""

    decodes: str = Field(description="the best format that these browsers decode, or none")
    accept: str
    content_type: str | None
    derived_key: str | None


class CacheKey(AnswerModel):
    """What the edge keeps a response under."""

    host: str
    path: str
    query: str
    accept: str


class ExplanationAnswer(AnswerModel):
    """What an address means."""

    parameters: list[ExplainedParameter]
    unknown: list[UnknownParameter]
    refusal: str | None = Field(
        None, description="why viewers get 403; null in previews, and for a signature with an IP address"
    )
    original: ExplainedOriginal | None = None
    original_problem: str | None = Field(None, description="why there is no original")
    result: ExplainedResult | None = None
    browsers: list[ExplainedBrowser] = Field(default_factory=list)
    derived_key: str | None = Field(None, description="null where no derived object is made")
    cache_key: CacheKey


class Verdict(AnswerModel):
    """What a rule does for an address."""

    id: int
    name: str
    rule: str
    weight: int
    active: bool
    matches: bool = Field(description="the pattern is found in the path")
    answers: bool
    why: str


class AnsweringResource(ResourceName):
    """Which resource answers."""

    active: bool


class AnsweringRuleAnswer(AnswerModel):
    """Which rule answers for an address, and what the address means."""

    host: str
    path: str
    resource: AnsweringResource
    rule: int | None
    rules: list[Verdict]
    image_stack: bool
    quality: int | Literal["auto"] | None
    quality_target: int | None = Field(description="score that auto aims at")
    formats: list[str]
    text: str
    explanation: ExplanationAnswer | None = None


class AnsweringRule(AnswerModel):
    """Which rule answers in a preview."""

    id: int | None = Field(description="null for a draft of a new rule")
    name: str
    draft: bool


class PreviewOriginal(AnswerModel):
    """What a preview was made of."""

    url: str = Field(description="good for some minutes")
    bytes: int
    content_type: str | None
    width: int | None
    height: int | None


class PreviewAnswer(AnswerModel):
    """What a viewer would get."""

    status: int
    headers: dict[str, str]
    rule: AnsweringRule | None
    error: str | None = Field(description="why there is no image")
    bytes: int
    width: int | None
    height: int | None
    body: str | None = Field(description="base64; null where there is none, or more than 4 MB")
    saved_percent: float | None
    original: PreviewOriginal | None
    explanation: ExplanationAnswer | None = Field(description="null where the path is none")


class ResponsiveCandidate(AnswerModel):
    """An image among which a browser chooses."""

    url: str
    width: int
    height: int


class ResponsiveImageAnswer(AnswerModel):
    """HTML to copy into a page."""

    img: str = Field(description="an `<img>` with `srcset`")
    picture: str = Field(description="a `<picture>` with AVIF and WebP, as far as they are possible")
    candidates: list[ResponsiveCandidate] = Field(description="those of the `<img>`, the smallest first")
    notes: list[str] = Field(description="what was left out, and why")
