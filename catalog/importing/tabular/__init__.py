"""Tables in any format, read as rows that know the physical line on which they start."""

from catalog.importing.tabular.delimited import read_delimited
from catalog.importing.tabular.jsonlines import JsonRow, read_json_lines
from catalog.importing.tabular.rows import Row, Table, TableFormat, count_rows, open_table
from catalog.importing.tabular.workbook import read_workbook

__all__ = [
    "JsonRow",
    "Row",
    "Table",
    "TableFormat",
    "count_rows",
    "open_table",
    "read_delimited",
    "read_json_lines",
    "read_workbook",
]
