"""What an import has to say about its input: one finding per fault, with the place to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from pim.choices import IssueLevel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. `line` is the physical line on which the record starts, the header being 1; None: the whole file.

    An `error` refuses its row (or its file, where there is no line); a `warning` lands the row otherwise than it was
    written; an `info` changes nothing. `key` is the sku or code of the record, where it could be read.
    """

    file: str
    line: int | None
    column: str
    level: str
    code: str
    message: str
    key: str = ""

    def as_json(self) -> dict[str, str | int | None]:
        """The six fields of the report."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "level": self.level,
            "code": self.code,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T_co]):
    """What became of one record of a file: the item to write, or None and the reason; or the file's own findings.

    `line` 0 belongs to the file as a whole. `is_skipped`: the record is fine and deliberately not imported.
    """

    line: int
    item: T_co | None
    issues: tuple[Issue, ...] = ()
    is_skipped: bool = False


@dataclass(frozen=True, slots=True)
class IssueKind:
    """How a kind of finding is graded and told. The message takes `%(name)s` placeholders."""

    level: IssueLevel
    message: StrOrPromise


_ERROR, _WARNING, _INFO = IssueLevel.ERROR, IssueLevel.WARNING, IssueLevel.INFO

KINDS: Mapping[str, IssueKind] = MappingProxyType(
    {
        "bad_boolean": IssueKind(_ERROR, _("“%(text)s” is not yes or no: write 1 or 0.")),
        "bad_cell": IssueKind(_ERROR, _("The cell holds the error “%(text)s” instead of a value.")),
        "bad_json": IssueKind(_ERROR, _("This line is not a JSON object: %(reason)s.")),
        "bad_quantity": IssueKind(_ERROR, _("%(count)d quantities are given for %(expected)d associations.")),
        "bad_quoting": IssueKind(_ERROR, _("The quotes in this row are broken: %(reason)s.")),
        "bad_regex": IssueKind(_WARNING, _("The pattern “%(text)s” cannot be used and was left out.")),
        "bad_value": IssueKind(_ERROR, _("“%(text)s” is not %(expected)s.")),
        "bad_workbook": IssueKind(_ERROR, _("The workbook cannot be read: %(reason)s.")),
        "cell_count": IssueKind(_ERROR, _("The row has %(count)d cells, the header has %(expected)d.")),
        "code_changed": IssueKind(
            _WARNING, _("“%(text)s” is not a possible code: kept as %(code)s, with the original as external code.")
        ),
        "duplicate_code": IssueKind(_ERROR, _("%(code)s is on line %(first)d already; this row was not imported.")),
        "duplicate_column": IssueKind(_WARNING, _("This column is there twice: the second was not imported.")),
        "duplicate_key": IssueKind(_ERROR, _("The key “%(name)s” is there twice on this line.")),
        "duplicate_sku": IssueKind(_ERROR, _("%(code)s is on line %(first)d already; this row was not imported.")),
        "empty_file": IssueKind(_INFO, _("The file is empty.")),
        "encoding": IssueKind(
            _ERROR, _("The row is not %(encoding)s text: save the file as UTF-8, or choose its encoding.")
        ),
        "formula": IssueKind(_ERROR, _("The cell holds a formula; its result cannot be trusted. Paste the value.")),
        "group_types": IssueKind(_INFO, _("Group types are kept as a word on each group.")),
        "literal_newline": IssueKind(
            _INFO, _("%(count)d cells hold a backslash followed by n instead of a line break; kept as written.")
        ),
        "missing_code": IssueKind(_ERROR, _("The row has no %(column)s.")),
        "missing_column": IssueKind(_ERROR, _("The file has no column “%(column)s”; it was not imported.")),
        "missing_file": IssueKind(_WARNING, _("There is no file %(path)s; the cell was left out.")),
        "no_family": IssueKind(_WARNING, _("The product has no family: imported, but it has no completeness.")),
        "not_imported": IssueKind(_INFO, _("%(file)s is not part of a catalog and was not imported.")),
        "nothing_to_import": IssueKind(
            _ERROR, _("Nothing here is a file of a catalog: expected are products.csv, families.csv and the like.")
        ),
        "nul": IssueKind(_ERROR, _("The row holds a NUL character.")),
        "option_created": IssueKind(_INFO, _("The option %(code)s of %(attribute)s was created.")),
        "parent_case": IssueKind(_WARNING, _("The parent %(text)s was found as %(code)s.")),
        "parent_loop": IssueKind(_ERROR, _("%(code)s is its own ancestor.")),
        "row_too_long": IssueKind(_ERROR, _("The row is longer than %(limit)d characters; reading stopped here.")),
        "surrogate": IssueKind(_ERROR, _("The row holds half a character (a lone surrogate).")),
        "truncated": IssueKind(
            _ERROR, _("The file ends inside a quoted cell that begins in this row; the row was not imported.")
        ),
        "undecodable": IssueKind(_ERROR, _("From here on the file is not %(encoding)s text: %(reason)s.")),
        "unknown_column": IssueKind(_WARNING, _("The column was not imported: %(reason)s")),
        "unknown_parent": IssueKind(_ERROR, _("There is no parent %(code)s.")),
        "unsupported_type": IssueKind(_ERROR, _("Attributes of the type %(type)s are not supported.")),
    }
)
"""Every kind of finding by its stable code."""


def make_issue(
    code: str, file: str, line: int | None = None, column: str = "", /, *, key: str = "", **names: object
) -> Issue:
    """Write a finding of a known kind; `names` fill its message."""
    kind = KINDS[code]
    return Issue(file, line, column, kind.level.value, code, str(kind.message) % {"column": column, **names}, key)
