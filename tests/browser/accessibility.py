"""Accessibility checks by axe."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_RUN = """() => axe.run({resultTypes: ["violations"]}).then((results) => results.violations.map((found) => ({
  rule: found.id, impact: found.impact, nodes: found.nodes.map((node) => [node.target.join(" "), node.failureSummary]),
})))"""
_SERIOUS = {"serious", "critical"}


def findings(page: Page) -> list[dict[str, Any]]:
    """Serious and critical findings in the current page, in the light and the dark scheme."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(AXE_SCRIPT)
    found = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        found += [{"scheme": scheme, **one} for one in page.evaluate(_RUN) if one["impact"] in _SERIOUS]
    return found
