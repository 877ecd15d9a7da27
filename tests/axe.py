"""axe-core looks at a page in the state that it is in."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """What is wrong, as `rule: element`; the test is skipped without axe (`npm install`)."""
    if not AXE.exists():
        pytest.skip("axe-core is missing: run `npm install`")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then((result) => result.violations)")
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]
