"""Cells of tables that somebody opens in a spreadsheet."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"""(\A|[;\t\r\n])([\s"']*)(?=[=+\-@＝＋－＠])""")


def plain_cell(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would take for a formula (OWASP, CSV injection).

    Where a comma parts decimals, spreadsheets part cells at semicolons, also in the middle of one of ours.
    """
    return _FORMULA.sub(r"\1\2'", text)
