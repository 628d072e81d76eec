"""JSON Lines: one object a line, read strictly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, NoReturn

from catalog.importing.issues import Issue, make_issue
from catalog.importing.tabular.encoding import find_fault
from pim.values.specs import Json

LINE_LENGTH = 16 * 1024 * 1024
"""Bytes in one line."""

_MARK = b"\xef\xbb\xbf"


class JsonRow(NamedTuple):
    """One line's object; a row with issues has none."""

    line: int
    fields: dict[str, Json]
    issues: tuple[Issue, ...] = ()


class _Refused(ValueError):
    def __init__(self, code: str, /, **names: object) -> None:
        super().__init__(code)
        self.code = code
        self.names = names


def read_json_lines(stream: BinaryIO, file: str) -> Iterator[JsonRow]:
    """Yield the objects of a file with their line numbers; blank lines are passed over."""
    number = 0
    while line := stream.readline(LINE_LENGTH):
        number += 1
        if len(line) >= LINE_LENGTH:
            yield JsonRow(number, {}, (make_issue("row_too_long", file, number, limit=LINE_LENGTH),))
            return
        line = line.removeprefix(_MARK) if number == 1 else line
        if not line.strip():
            continue
        try:
            yield JsonRow(number, _parse(line))
        except _Refused as error:
            yield JsonRow(number, {}, (make_issue(error.code, file, number, key="", **error.names),))


def _parse(line: bytes) -> dict[str, Json]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Refused("encoding", encoding="UTF-8") from error
    try:
        document = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except _Refused:
        raise
    except RecursionError as error:
        raise _Refused("bad_json", reason="nested too deeply") from error
    except ValueError as error:
        raise _Refused("bad_json", reason=str(error)) from error
    if not isinstance(document, dict):
        raise _Refused("bad_json", reason="not an object")
    if "\\u" in text:
        fault = find_fault(json.dumps(document, ensure_ascii=False))
        if fault or "\\u0000" in json.dumps(document):
            raise _Refused("surrogate" if fault else "nul")
    return document


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    fields: dict[str, Json] = {}
    for key, value in pairs:
        if key in fields:
            raise _Refused("duplicate_key", name=key)
        fields[key] = value
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused("bad_json", reason=f"{name} is not JSON")
