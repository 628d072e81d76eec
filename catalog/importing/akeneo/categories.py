"""Categories, parents before children, wherever they stand in the file."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.importing.akeneo.structure import StateParsed, plainly, read_rows
from catalog.importing.issues import Parsed, make_issue
from catalog.importing.records import StateRecord
from catalog.importing.sources import ImportSource


def read_categories(source: ImportSource, file: str) -> Iterator[StateParsed]:
    """Yield the categories of a file so that a parent always precedes its children.

    A parent that is not in the file is left for the write to find; a category that is its own ancestor is refused.
    """
    children: dict[str, list[StateParsed]] = {}
    codes: set[str] = set()
    for parsed in read_rows(source, file, plainly("category", lambda row: {"parent": row.reference("parent")})):
        if parsed.item is None:
            yield parsed
            continue
        record = parsed.item
        codes.add(record.code.casefold())
        children.setdefault(str(record.fields["parent"] or "").casefold(), []).append(parsed)
    waiting = [parsed for parent in children if parent not in codes for parsed in children[parent]]
    waiting.reverse()
    done: set[int] = set()
    while waiting:
        parsed = waiting.pop()
        done.add(parsed.line)
        yield parsed
        if parsed.item is not None:
            waiting.extend(reversed(children.get(parsed.item.code.casefold(), ())))
    for parsed in (each for siblings in children.values() for each in siblings):
        if parsed.line not in done and parsed.item is not None:
            yield _refuse(parsed.item, file)


def _refuse(record: StateRecord, file: str) -> StateParsed:
    issue = make_issue("parent_loop", file, record.line, "parent", key=record.code, code=record.code)
    return Parsed(record.line, None, (issue,))
