"""Accessibility checks by axe."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_RUN = """(options) => axe.run(document, options).then((results) => results.violations.map((found) => ({
  rule: found.id, impact: found.impact, nodes: found.nodes.map((node) => [node.target.join(" "), node.failureSummary]),
})))"""
# The pages have no sound and no style sheets of other hosts, for which axe would fetch files again.
_OPTIONS = {"resultTypes": ["violations"], "preload": False}
# The schemes differ only in colours (light-dark() in base.css), so one of them needs only the rules about colours.
_RULES = {"dark": {"runOnly": ["color-contrast", "link-in-text-block"]}, "light": {}}
_SERIOUS = {"serious", "critical"}


def findings(page: Page) -> list[dict[str, Any]]:
    """Serious and critical findings in the current page, in the light and the dark scheme."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        results = page.evaluate(_RUN, {**_OPTIONS, **_RULES[scheme]})
        found += [{"scheme": scheme, **one} for one in results if one["impact"] in _SERIOUS]
    return found
