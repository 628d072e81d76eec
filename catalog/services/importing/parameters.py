"""What an import job is started with, as plain JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.importing.mapping import UNKNOWN_OPTIONS, Profile
from pim.errors import Refused
from pim.values.specs import Json

REFUSE, CREATE = UNKNOWN_OPTIONS


@dataclass(frozen=True, slots=True)
class ImportParameters:
    """One import.

    Attributes:
        path: a folder or file of this machine, absolute; empty for an upload.
        upload: the storage key of an uploaded file, deleted when the job has run to its end.
        file: the table or JSON Lines file inside the source; empty for an import of Akeneo's files.
        mapping: the columns of the table, as a profile keeps them.
        settings: how the table is written, as a profile keeps it.
        stage: of new products; empty: the workflow's first.
        unknown_options: `refuse` the row or `create` the option.
        is_rehearsal: report what would happen and store nothing.
    """

    path: str = ""
    upload: str = ""
    file: str = ""
    mapping: Sequence[Mapping[str, Json]] = ()
    settings: Mapping[str, Json] = field(default_factory=dict)
    stage: str = ""
    unknown_options: str = REFUSE
    is_rehearsal: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the job keeps them; what is not said is left out, so that the same command gives the same parameters."""
        said: dict[str, Any] = {
            "path": self.path,
            "upload": self.upload,
            "file": self.file,
            "mapping": [dict(column) for column in self.mapping],
            "settings": dict(self.settings),
            "stage": self.stage,
            "is_rehearsal": self.is_rehearsal,
        }
        return {"unknown_options": self.unknown_options, **{name: value for name, value in said.items() if value}}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> ImportParameters:
        """Read a job's parameters.

        Raises:
            Refused: `invalid_parameters`.
        """
        try:
            return cls(**given)
        except TypeError as error:
            raise Refused("invalid_parameters", str(error)) from error

    def profile(self) -> Profile:
        """How the table is read.

        Raises:
            Refused: `invalid_profile`.
        """
        return Profile.from_json(self.mapping, {**self.settings, "unknown_options": self.unknown_options})
