"""What a person who types the beginning of a word may mean: keywords in use, categories, releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model, Q

from assets.models import Release
from pim.models import Category
from pim.values.labels import label_of

MAX_SUGGESTIONS = 12
RECENT_ASSETS = 5_000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to choose. `hint` tells things of the same name apart."""

    value: str
    label: str
    hint: str = ""


def suggest_keywords(text: str) -> list[Suggestion]:
    """Keywords that begin with a text or hold it: of the assets changed last, and the frequent ones of all.

    Reads a bounded number of rows however large the library is: the planner's statistics know the frequent words.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH recent AS (SELECT keywords FROM assets_asset WHERE keywords <> '{}' ORDER BY updated DESC, id DESC LIMIT %s), "
            "known AS (SELECT unnest(keywords) AS word FROM recent UNION ALL "
            "SELECT unnest(most_common_elems::text::text[]) FROM pg_stats "
            "WHERE schemaname = current_schema() AND tablename = 'assets_asset' AND attname = 'keywords') "
            "SELECT min(word) FROM known WHERE lower(word) LIKE %s GROUP BY lower(word) "
            "ORDER BY lower(min(word)) NOT LIKE %s, count(*) DESC, lower(min(word)) LIMIT %s",
            [RECENT_ASSETS, f"%{_escape(text)}%", f"{_escape(text)}%", MAX_SUGGESTIONS],
        )
        return [Suggestion(word, word) for (word,) in cursor.fetchall()]


def suggest_categories(text: str) -> list[Suggestion]:
    """Categories by code or label."""
    return _suggest_coded(Category, text)


def suggest_releases(text: str) -> list[Suggestion]:
    """Releases by code, label or the person's name."""
    found = Release.objects.filter(
        Q(code__icontains=text) | Q(person__icontains=text) | Q(labels__icontains=text)
    ).order_by("code")
    return [
        Suggestion(row.code, label_of(row.labels, row.code), row.person if row.person != row.code else "")
        for row in found[:MAX_SUGGESTIONS]
    ]


SUGGESTERS: Mapping[str, Callable[[str], list[Suggestion]]] = {
    "keywords": suggest_keywords,
    "categories": suggest_categories,
    "releases": suggest_releases,
}
"""By the name of the field of an asset."""


def name_categories(codes: Sequence[str]) -> dict[str, str]:
    """Labels of categories by code."""
    return _name_coded(Category, codes)


def name_releases(codes: Sequence[str]) -> dict[str, str]:
    """Labels of releases by code."""
    return _name_coded(Release, codes)


def _suggest_coded(model: type[Model], text: str) -> list[Suggestion]:
    found = model._default_manager.filter(Q(code__icontains=text) | Q(labels__icontains=text)).order_by("code")
    rows = found.values_list("code", "labels")[:MAX_SUGGESTIONS]
    return [Suggestion(code, label_of(labels, code), code if labels else "") for code, labels in rows]


def _name_coded(model: type[Model], codes: Sequence[str]) -> dict[str, str]:
    rows = model._default_manager.filter(code__in=list(codes)).values_list("code", "labels")
    return {code: label_of(labels, code) for code, labels in rows}


def _escape(text: str) -> str:
    escaped = text.lower().replace("\\", "\\\\")
    return escaped.replace("%", "\\%").replace("_", "\\_")
