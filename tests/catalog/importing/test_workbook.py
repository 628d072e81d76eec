from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from catalog.importing.sources import FolderSource
from catalog.importing.tabular import Row, Table, TableFormat, count_rows, open_table, read_workbook
from catalog.importing.tabular.workbook import to_text


def sheet(*rows: tuple[object, ...], title: str = "Sheet") -> io.BytesIO:
    workbook = Workbook()
    worksheet = workbook.active
    assert worksheet is not None
    worksheet.title = title
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                worksheet.cell(number, column, value)
    content = io.BytesIO()
    workbook.save(content)
    content.seek(0)
    return content


def read(content: io.BytesIO, form: TableFormat | None = None) -> tuple[Table, list[Row]]:
    table = read_workbook(content, "t.xlsx", form or TableFormat())
    return table, list(table.rows)


def test_cells_become_text_and_rows_keep_their_number() -> None:
    table, rows = read(
        sheet(
            ("sku", " name ", "weight"),
            ("A", "Tasse", 1.5),
            (),
            (7, dt.datetime(2024, 2, 29), True),  # noqa: DTZ001 - workbooks know no zones
            ("B", None, None),
        )
    )

    assert table.header == ("sku", "name", "weight")
    assert rows == [
        Row(2, ("A", "Tasse", "1.5")),
        Row(4, ("7", "2024-02-29", "1")),
        Row(5, ("B", "", "")),
    ]


def test_a_formula_refuses_its_row_and_names_its_cell() -> None:
    _table, rows = read(sheet(("sku", "price"), ("A", "=1+1"), ("B", 2)))

    assert [(row.line, [(issue.code, issue.column) for issue in row.issues]) for row in rows] == [
        (2, [("formula", "B2")]),
        (3, []),
    ]
    assert rows[0].cells == ()


def test_cells_beyond_the_header_and_errors_are_refused() -> None:
    _table, rows = read(sheet(("sku", "name"), ("A", "x", "more"), ("B", "#N/A")))

    assert [[issue.code for issue in row.issues] for row in rows] == [["cell_count"], ["bad_cell"]]


def test_a_sheet_can_be_chosen() -> None:
    table, _rows = read(sheet(("sku",), title="Data"), TableFormat(sheet="Data"))
    missing, rows = read(sheet(("sku",), title="Data"), TableFormat(sheet="Other"))

    assert table.header == ("sku",)
    assert missing.header == ()
    assert [issue.code for row in rows for issue in row.issues] == ["bad_workbook"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (dt.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),  # noqa: DTZ001 - workbooks know no zones
        (dt.date(2024, 1, 2), "2024-01-02"),
        (False, "0"),
        ("=text", "=text"),
    ],
)
def test_values_have_one_canonical_text(value: object, text: str) -> None:
    assert to_text(value) == text


def test_what_is_no_workbook_is_told() -> None:
    for content in (b"", b"no zip", _bomb()):
        table, rows = read(io.BytesIO(content))

        assert table.header == ()
        assert [issue.code for row in rows for issue in row.issues] == ["bad_workbook"]


def test_an_empty_workbook_is_told() -> None:
    assert [issue.code for row in read(sheet())[1] for issue in row.issues] == ["empty_file"]


def test_a_workbook_in_a_source_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "products.xlsx").write_bytes(sheet(("sku",), ("A",), ("B",)).getvalue())
    source = FolderSource(tmp_path)

    with open_table(source, "products.xlsx") as table:
        assert [row.cells for row in table.rows] == [("A",), ("B",)]
    assert count_rows(source, "products.xlsx") == 2


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 100_000_000)
    return content.getvalue()
