"""Assets as subjects of transitions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from assets.models import Asset
from assets.services.writing import AssetChange, write_assets
from pim.errors import Outcome
from workflows.choices import SubjectType
from workflows.services.rights import judge_assets
from workflows.services.selection import match_conditions
from workflows.services.subjects.base import Subject
from workflows.stages.guards import Condition, RightsUsable, Slot, SubjectFacts
from workflows.stages.specs import TransitionSpec

if TYPE_CHECKING:
    from pim.models import Job, User


@dataclass(frozen=True, slots=True)
class AssetSubjects:
    """Assets, named by code or uuid."""

    subject_type: str = SubjectType.ASSET.value

    def normalise(self, key: str) -> str:
        """Lower case; a uuid in its usual spelling."""
        uuid = _uuid(key)
        return str(uuid) if uuid else key.strip().lower()

    def find(self, keys: Sequence[str]) -> Mapping[str, int]:
        """By uuid, else by code."""
        uuids = [uuid for key in keys if (uuid := _uuid(key))]
        wanted = Q(uuid__in=uuids) | Q(code_key__in=[self.normalise(key) for key in keys])
        found: dict[str, int] = {}
        for pk, uuid, code in Asset.objects.filter(wanted).values_list("pk", "uuid", "code_key"):
            found.setdefault(code, pk)
            found[str(uuid)] = pk
        return found

    def widen(self, ids: Collection[int]) -> list[int]:
        """Assets move alone."""
        return []

    def load(self, ids: Collection[int], *, lock: bool) -> dict[int, Subject]:
        """See `Subjects`."""
        rows = Asset.objects.filter(pk__in=ids).in_order()
        if lock:
            rows = rows.select_for_update(of=("self",))
        return {
            pk: Subject(pk, str(uuid), code, stage)
            for pk, uuid, code, stage in rows.values_list("pk", "uuid", "code", "stage")
        }

    def load_facts(
        self, subjects: Collection[Subject], transitions: Sequence[TransitionSpec]
    ) -> Mapping[int, SubjectFacts]:
        """Assets have no requirements of their own: completeness guards ask nothing of them."""
        guards = [guard for transition in transitions for guard in transition.guards]
        ids = [subject.id for subject in subjects]
        channels = {guard.channel or "" for guard in guards if isinstance(guard, RightsUsable)}
        verdicts = judge_assets(Asset.objects.with_current().filter(pk__in=ids), channels) if channels else {}
        matches = match_conditions(self.subject_type, ids, [guard for guard in guards if isinstance(guard, Condition)])
        return {
            subject.id: SubjectFacts(
                key=subject.key,
                stage=subject.stage,
                lends_only=True,
                rights=verdicts.get(subject.uuid, {}),
                matches=matches.get(subject.id, frozenset()),
            )
            for subject in subjects
        }

    def slots(self) -> Sequence[Slot]:
        """None."""
        return ()

    def move(
        self,
        subjects: Sequence[Subject],
        stage: str,
        *,
        actor: User | None,
        origin: str,
        job: Job | int | None,
        message: str,
    ) -> Outcome:
        """Through the door of the DAM."""
        changes = [AssetChange(subject.uuid, {"stage": stage}) for subject in subjects]
        return write_assets(changes, actor=actor, origin=origin, job=job, message=message)


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
