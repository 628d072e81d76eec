"""The two workflows and the three groups of people that a new house starts with."""

from __future__ import annotations

from typing import Any

MANAGERS = "Catalog managers"
CREATIVES = "Creatives"
REVIEWERS = "Reviewers"

VIEW, WRITE = ("view",), ("view", "add", "change", "delete")

_STRUCTURE = (
    "pim.attribute", "pim.attributegroup", "pim.option", "pim.measurementfamily", "pim.measurementunit",
    "pim.channel", "pim.locale", "pim.currency", "catalog.family", "catalog.familyvariant",
    "catalog.associationtype",
)  # fmt: skip
_LIBRARY = ("assets.folder", "assets.collection", "pim.savedview")
_LINKING = {"catalog.namingrule": WRITE, "catalog.linking": ("view", "add"), "catalog.assetmatch": ("view", "change")}
"""How files find their products by their names."""
_KNOWN = ("assets.assetfamily", "assets.assetcomment", "assets.renditionpreset", "assets.picturerule")
"""What everybody may see who works with files."""
_WORK = ("pim.job", "pim.entry", "workflows.workflow")
_DELIVERY = ("channels.channelview", "channels.publication")
_LEAVING = {
    "assets.sharelink": ("view", "add", "change"),
    "assets.downloadticket": ("view", "add"),
    "assets.hygienereport": ("view", "add"),
}
"""How files leave the library, by links for people outside and as ZIPs; and how it is kept clean."""

GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    MANAGERS: {
        "catalog.product": WRITE,
        "catalog.group": WRITE,
        "catalog.importprofile": WRITE,
        "pim.category": WRITE,
        "assets.asset": ("view", "add", "change", "download"),
        **_LEAVING,
        **_LINKING,
        "assets.license": VIEW,
        "assets.release": VIEW,
        **dict.fromkeys(_KNOWN, VIEW),
        **dict.fromkeys(_LIBRARY, WRITE),
        **dict.fromkeys(_STRUCTURE, VIEW),
        **dict.fromkeys(_DELIVERY, VIEW),
        **dict.fromkeys(_WORK, VIEW),
        "pim.job": ("view", "add", "change"),
    },
    CREATIVES: {
        "assets.asset": (*WRITE, "download"),
        **_LEAVING,
        **_LINKING,
        "assets.license": WRITE,
        "assets.release": WRITE,
        **dict.fromkeys(_KNOWN, VIEW),
        **dict.fromkeys(_LIBRARY, WRITE),
        "catalog.product": VIEW,
        "pim.category": VIEW,
        **dict.fromkeys(_WORK, VIEW),
        "pim.job": ("view", "add", "change"),
    },
    REVIEWERS: {
        "catalog.product": ("view", "change"),
        "catalog.group": VIEW,
        "pim.category": VIEW,
        "assets.asset": ("view", "change"),
        "assets.license": VIEW,
        "assets.release": VIEW,
        **dict.fromkeys(_KNOWN, VIEW),
        "assets.folder": VIEW,
        "assets.collection": WRITE,
        "assets.downloadticket": ("add",),
        "pim.savedview": WRITE,
        **dict.fromkeys(_STRUCTURE, VIEW),
        **dict.fromkeys(_DELIVERY, VIEW),
        **dict.fromkeys(_WORK, VIEW),
    },
}
"""`{group: {"app.model": what its members may do}}`."""


def _labels(english: str, german: str, french: str) -> dict[str, str]:
    return {"de_DE": german, "en_US": english, "fr_FR": french}


PRODUCT_WORKFLOW: dict[str, Any] = {
    "code": "products",
    "labels": _labels("Products", "Produkte", "Produits"),
    "subject_type": "product",
    "stages": [
        {"code": "draft", "labels": _labels("Draft", "Entwurf", "Brouillon"), "colour": "grey", "is_initial": True},
        {
            "code": "enriching",
            "labels": _labels("Enriching", "In Anreicherung", "En enrichissement"),
            "colour": "blue",
        },
        {
            "code": "in_review",
            "labels": _labels("In review", "In Prüfung", "En relecture"),
            "colour": "amber",
            "is_locked": True,
            "editors": [REVIEWERS],
        },
        {
            "code": "approved",
            "labels": _labels("Approved", "Freigegeben", "Approuvé"),
            "colour": "green",
            "is_approved": True,
            "after_edit": "enriching",
        },
        {
            "code": "retired",
            "labels": _labels("Retired", "Ausgelaufen", "Retiré"),
            "colour": "red",
            "keeps_edition": False,
            "is_final": True,
            "is_locked": True,
        },
    ],
    "transitions": [
        {
            "code": "start",
            "labels": _labels("Start enriching", "Anreichern", "Commencer l’enrichissement"),
            "from": ["draft"],
            "to": "enriching",
            "groups": [MANAGERS, REVIEWERS],
        },
        {
            "code": "submit",
            "labels": _labels("Send to review", "Zur Prüfung geben", "Envoyer en relecture"),
            "from": ["draft", "enriching"],
            "to": "in_review",
            "groups": [MANAGERS, REVIEWERS],
        },
        {
            "code": "approve",
            "labels": _labels("Approve", "Freigeben", "Approuver"),
            "from": ["in_review"],
            "to": "approved",
            "groups": [REVIEWERS],
        },
        {
            "code": "send_back",
            "labels": _labels("Send back", "Zurückgeben", "Renvoyer"),
            "from": ["in_review"],
            "to": "enriching",
            "groups": [REVIEWERS],
            "asks_comment": True,
        },
        {
            "code": "reopen",
            "labels": _labels("Reopen", "Wieder öffnen", "Rouvrir"),
            "from": ["approved"],
            "to": "enriching",
            "groups": [MANAGERS, REVIEWERS],
        },
        {
            "code": "retire",
            "labels": _labels("Retire", "Auslaufen lassen", "Retirer"),
            "from": ["draft", "enriching", "in_review", "approved"],
            "to": "retired",
            "groups": [MANAGERS, REVIEWERS],
        },
        {
            "code": "revive",
            "labels": _labels("Revive", "Wiederbeleben", "Réactiver"),
            "from": ["retired"],
            "to": "draft",
            "groups": [MANAGERS, REVIEWERS],
        },
    ],
}

ASSET_WORKFLOW: dict[str, Any] = {
    "code": "assets",
    "labels": _labels("Assets", "Medien", "Médias"),
    "subject_type": "asset",
    "stages": [
        {
            "code": "received",
            "labels": _labels("Received", "Eingegangen", "Reçu"),
            "colour": "grey",
            "is_initial": True,
        },
        {"code": "in_review", "labels": _labels("In review", "In Prüfung", "En relecture"), "colour": "amber"},
        {
            "code": "approved",
            "labels": _labels("Approved", "Freigegeben", "Approuvé"),
            "colour": "green",
            "is_approved": True,
            "after_edit": "received",
        },
        {
            "code": "archived",
            "labels": _labels("Archived", "Archiviert", "Archivé"),
            "colour": "red",
            "keeps_edition": False,
            "is_final": True,
            "is_locked": True,
        },
    ],
    "transitions": [
        {
            "code": "submit",
            "labels": _labels("Send to review", "Zur Prüfung geben", "Envoyer en relecture"),
            "from": ["received"],
            "to": "in_review",
            "groups": [CREATIVES, MANAGERS, REVIEWERS],
        },
        {
            "code": "approve",
            "labels": _labels("Approve", "Freigeben", "Approuver"),
            "from": ["in_review"],
            "to": "approved",
            "groups": [REVIEWERS],
        },
        {
            "code": "send_back",
            "labels": _labels("Send back", "Zurückgeben", "Renvoyer"),
            "from": ["in_review"],
            "to": "received",
            "groups": [REVIEWERS],
            "asks_comment": True,
        },
        {
            "code": "archive",
            "labels": _labels("Archive", "Archivieren", "Archiver"),
            "from": ["received", "in_review", "approved"],
            "to": "archived",
            "groups": [CREATIVES, REVIEWERS],
        },
        {
            "code": "restore",
            "labels": _labels("Restore", "Wiederherstellen", "Restaurer"),
            "from": ["archived"],
            "to": "received",
            "groups": [CREATIVES, REVIEWERS],
        },
    ],
}

WORKFLOWS: tuple[dict[str, Any], ...] = (PRODUCT_WORKFLOW, ASSET_WORKFLOW)
