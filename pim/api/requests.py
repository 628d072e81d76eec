"""Reading what a caller sends: JSON that is what it seems, bounded in size and depth, and parameters nobody invented."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from pim.errors import Refused, escape_pointer

MAX_BODY_BYTES = 10_000_000
MAX_DEPTH = 50
WRITE_PARAMETERS = frozenset({"validate_only", "changelog_message"})
"""What every write takes beside its own parameters."""


class TooLarge(exceptions.APIException):
    """The body is larger than 10 MB (413)."""

    status_code = 413
    default_code = "too_large"
    default_detail = gettext_lazy("The request is larger than 10 MB: send it in parts.")


def read_bounded(stream: Any, headers: Mapping[str, str]) -> bytes:
    """Read a body of at most 10 MB.

    Raises:
        TooLarge: there is more.
    """
    length = headers.get("Content-Length") or "0"
    if length.isdigit() and int(length) > MAX_BODY_BYTES:
        raise TooLarge
    body: bytes = stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge
    return body


def load_json(body: bytes | str) -> Any:
    """Decode JSON and refuse what no part of the house can keep: NUL, lone surrogates, 50 levels of nesting.

    Raises:
        Refused: `invalid_json`, `nested_too_deep` or `nul_character`, the latter with a pointer.
    """
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        text = str(error)
        if "surrogate" in text:
            raise Refused("invalid_text", _("The text holds half of a surrogate pair.")) from None
        raise Refused("invalid_json", _("The body is not valid JSON: %s.") % text) from None
    check_text(data)
    return data


def check_text(data: Any) -> None:
    """Refuse NUL characters and nesting deeper than 50 levels in decoded JSON; level by level, without recursion.

    Raises:
        Refused: see `load_json`.
    """
    level: list[tuple[str, Any]] = [("", data)]
    for _depth in range(MAX_DEPTH + 1):
        below: list[tuple[str, Any]] = []
        for pointer, value in level:
            if isinstance(value, str):
                if "\x00" in value:
                    raise Refused("nul_character", _("NUL is not a character of a text."), pointer)
            elif isinstance(value, dict):
                for name, item in value.items():
                    if "\x00" in name:
                        raise Refused("nul_character", _("NUL is not a character of a text."), pointer)
                    below.append((f"{pointer}/{escape_pointer(name)}", item))
            elif isinstance(value, list):
                below += [(f"{pointer}/{number}", item) for number, item in enumerate(value)]
        if not below:
            return
        level = below
    raise Refused("nested_too_deep", _("The body is nested deeper than %d levels.") % MAX_DEPTH)


class StrictJSONParser(BaseParser):
    """`application/json` and `application/merge-patch+json` bodies."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """See `load_json`; an empty body is an empty object.

        Raises:
            Refused, TooLarge.
        """
        body = read_bounded(stream, (parser_context or {})["request"].headers)
        return load_json(body) if body.strip() else {}


class MergePatchParser(StrictJSONParser):
    """The media type of RFC 7396."""

    media_type = "application/merge-patch+json"


def read_object(request: Request) -> dict[str, Any]:
    """The body, which must be one JSON object.

    Raises:
        Refused: `not_an_object`.
    """
    if not isinstance(request.data, dict):
        raise Refused("not_an_object", _("The body must be one JSON object."))
    return request.data


def read_flag(request: Request, name: str) -> bool:
    """A parameter that is true or false; false where it is absent.

    Raises:
        Refused: `invalid_parameter`.
    """
    text = request.query_params.get(name)
    if text is None:
        return False
    if text.lower() in {"1", "true", ""}:
        return True
    if text.lower() in {"0", "false"}:
        return False
    raise Refused("invalid_parameter", _("“%s” is true or false.") % name, f"/{name}")


def read_choice(request: Request, name: str, choices: Iterable[str]) -> str | None:
    """A parameter that is one of a few words, or absent.

    Raises:
        Refused: `invalid_parameter`.
    """
    text = request.query_params.get(name)
    known = list(choices)
    if text is not None and text not in known:
        message = _("“%(name)s” is one of: %(choices)s.") % {"name": name, "choices": ", ".join(known)}
        raise Refused("invalid_parameter", message, f"/{name}")
    return text


def refuse_unknown_parameters(request: Request, known: Iterable[str]) -> None:
    """Refuse query parameters that mean nothing here.

    Raises:
        Refused: `unknown_parameter`, naming those that exist.
    """
    names = set(known)
    for name in request.query_params:
        if name not in names:
            possible = ", ".join(sorted(names)) or "-"
            message = _("There is no parameter “%(name)s”. Possible: %(names)s.")
            raise Refused(
                "unknown_parameter", message % {"name": name[:120], "names": possible}, f"/{escape_pointer(name)}"
            )


def read_message(request: Request, body: Mapping[str, Any] | None = None) -> str:
    """What the caller wants the history to say: `changelog_message` in the body, or as a parameter.

    Raises:
        Refused: `invalid_message`; longer than 1,000 characters, or no text.
    """
    message = (body or {}).get("changelog_message", request.query_params.get("changelog_message", ""))
    if not isinstance(message, str) or len(message) > 1_000 or "\x00" in message:
        text = _("A changelog message is a text of at most 1,000 characters.")
        raise Refused("invalid_message", text, "/changelog_message")
    return message
