"""Why a product is, or is not, live in a view: the gate's reasons as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assets.rights import phrase_of
from assets.services.references import asset_refs
from catalog.extensions import LiveVerdict, get_stage_desk
from catalog.models import Product
from channels.choices import PublicationState
from channels.errors import UnknownView
from channels.mapping.gate import Reason
from channels.models import Publication
from channels.services.publishing import preview
from channels.services.publishing.building import Built
from channels.services.snapshot import get_delivery_structure
from pim.values.labels import label_of

Names = Mapping[str, Mapping[str, str]]
"""What people call the things that reasons name by a key: `{"asset": {uuid: code}, "stage": {code: label}}`."""


@dataclass(frozen=True, slots=True)
class ExplainedReason:
    """One reason: a stable code, a sentence, and what it is about (`locale`, `sku`, `asset`, `missing`, …)."""

    code: str
    message: str
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PublicationAnswer:
    """The gate's verdict now, beside the state that consumers see.

    `locales` are those that pass now. `is_current` is false while a change waits to be published.
    """

    view: str
    sku: str
    state: str
    locales: Sequence[str]
    reasons: Sequence[ExplainedReason]
    position: int
    is_current: bool

    @property
    def is_live(self) -> bool:
        """Whether consumers see the product."""
        return self.state == PublicationState.LIVE


def explain_product(view: str, product: Product) -> PublicationAnswer:
    """Say why a product is or is not live in a view, judged now.

    Raises:
        UnknownView: there is no such view.
    """
    if view not in get_delivery_structure().views_by_code:
        raise UnknownView(view)
    return _explain(product, [view])[0]


def explain_everywhere(product: Product) -> list[PublicationAnswer]:
    """The same for every view, in the order of their codes; the number of queries does not grow with the product."""
    return _explain(product, None)


def give_verdicts(product: Product) -> list[LiveVerdict]:
    """The same as the catalog's product page shows it."""
    views = get_delivery_structure().views_by_code
    return [
        LiveVerdict(
            view=answer.view,
            label=label_of(views[answer.view].labels, answer.view),
            state=answer.state,
            reasons=tuple(reason.message for reason in answer.reasons),
            locales=tuple(answer.locales),
            is_current=answer.is_current,
        )
        for answer in explain_everywhere(product)
    ]


def _explain(product: Product, views: Sequence[str] | None) -> list[PublicationAnswer]:
    stored = {
        publication.view.code: publication
        for publication in Publication.objects.filter(product_id=product.pk)
        .select_related("view")
        .defer("shared", "by_locale")
    }
    found = preview(product.pk, views)
    names = read_names(reason for built in found.values() for reason in built.reasons)
    return [_answer(product, built, view, stored.get(view), names) for view, built in found.items()]


def _answer(product: Product, built: Built, view: str, stored: Publication | None, names: Names) -> PublicationAnswer:
    state = stored.state if stored else PublicationState.WITHHELD.value
    expected = built.state(stored.state if stored else None)
    return PublicationAnswer(
        view=view,
        sku=product.sku,
        state=state,
        locales=list(built.by_locale),
        reasons=[describe_reason(reason, names) for reason in built.reasons],
        position=stored.position if stored else 0,
        is_current=state == expected and (stored is None or not built.is_live or stored.digest == built.digest),
    )


def read_names(reasons: Iterable[Mapping[str, Any]]) -> Names:
    """What the files and stages that reasons are about are called; two queries if there is a file, else none."""
    assets = {str(reason["asset"]) for reason in reasons if "asset" in reason}
    desk = get_stage_desk()
    return {
        "asset": {uuid: ref.code or ref.filename for uuid, ref in asset_refs(assets).items()} if assets else {},
        "stage": {stage.code: stage.label for stage in desk.stages()} if desk else {},
    }


def describe_reason(reason: Mapping[str, Any], names: Names | None = None) -> ExplainedReason:
    """Turn a stored reason into a sentence in the active language; what has no name is told by its key."""
    about = {name: value for name, value in reason.items() if name != "code"}
    code = str(reason["code"])
    sentence = _SENTENCES.get(code)
    words = {name: (names or {}).get(name, {}).get(str(value), value) for name, value in about.items()}
    return ExplainedReason(code, sentence(words) if sentence else code, about)


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    Reason.INACTIVE_VIEW: lambda _about: _("The view is switched off."),
    Reason.DELETED: lambda _about: _("The product is deleted, or it is a model: only what is sold is delivered."),
    Reason.NOT_SELECTED: lambda _about: _("The view does not select it: it is in no category of the channel's tree."),
    Reason.SELECTION_BROKEN: lambda about: _("The view's selection cannot be read: %(why)s") % about,
    Reason.DISABLED: lambda about: _("%(sku)s is disabled.") % about,
    Reason.NOT_APPROVED: lambda about: _("%(sku)s is not approved: its stage is %(stage)s.") % about,
    Reason.NO_FAMILY: lambda _about: _("It has no family, so nobody knows what would make it complete."),
    Reason.INCOMPLETE: lambda about: (
        _("%(locale)s is %(percentage)s %% complete. Missing: %(missing)s.")
        % {**about, "missing": ", ".join(about.get("missing", ()))}
    ),
    Reason.ASSET_NOT_READY: lambda about: _("The file %(asset)s is not ready.") % about,
    Reason.ASSET_NOT_ALLOWED: lambda about: (
        _("The file %(asset)s may not be used here: %(why)s.")
        % {**about, "why": ", ".join(map(phrase_of, about.get("why", ())))}
    ),
}
