"""docs/reference/cli.md says what `--help` says."""

import runpy
from pathlib import Path

REFERENCE = Path(__file__).parents[3] / "docs/reference"


def test_the_reference_is_up_to_date():
    page = runpy.run_path(str(REFERENCE / "generate_cli.py"))["page"]()

    assert (REFERENCE / "cli.md").read_text() == page, "run: python docs/reference/generate_cli.py"
