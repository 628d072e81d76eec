"""Sanitising of rich text: what markup may stay, and that no word is lost."""

from __future__ import annotations

import re

import nh3

ALLOWED_TAGS = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div",
    "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd",
    "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
})  # fmt: skip
"""Tags that stay, with the attributes of `ALLOWED_ATTRIBUTES`."""

DROPPED_TAGS = frozenset({
    "acronym", "address", "article", "aside", "basefont", "bdi", "bdo", "big", "blink", "body", "center", "data",
    "details", "dir", "fieldset", "font", "footer", "form", "header", "hgroup", "html", "input", "label", "legend",
    "link", "main", "map", "area", "meta", "nav", "section", "strike", "summary", "tt", "wbr",
})  # fmt: skip
"""Tags that go, while the words between them stay. Tags that are in neither set are shown as text."""

ALLOWED_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "dir", "lang", "style", "title"},
    "a": {"href", "target"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", "alt", "width", "height"},
    "li": {"value"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
}
ALLOWED_STYLES = {
    "background-color", "color", "font-size", "font-style", "font-weight", "text-align", "text-decoration",
}  # fmt: skip
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel"}

HIDDEN = re.compile(r"<!--|<(?P<raw>script|style)\b[^<>]*+>", re.IGNORECASE)
"""Where something begins that no reader sees; it ends as `HIDDEN_ENDS` says."""
HIDDEN_ENDS = {
    None: re.compile("-->"),
    "script": re.compile(r"</script\s*+>", re.IGNORECASE),
    "style": re.compile(r"</style\s*+>", re.IGNORECASE),
}
LEFT_ANGLE = re.compile(
    r"""
      (?P<doctype> <!doctype\b[^<>]*+> )
    | (?P<tag> </?(?P<name>[a-z][a-z0-9]*+(?::[a-z]++)?+)
        (?> \s++ (?: [a-z_:][-\w:.]*+\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++)
                   | (?:checked|compact|disabled|hidden|ismap|noshade|nowrap|open|readonly|reversed)(?=[\s/>]) ) )*+
        \s*+ /?+ > )
    | <
    """,
    re.VERBOSE | re.IGNORECASE,
)
NOTHING_TO_CLEAN = re.compile("[^<>&\r\xa0\0]*")
_WORDS = r"[^<>&\r\xa0\ufeff\0]++|&(?:amp|lt|gt);|<br>"
_RUN = "(?:" + "|".join(
    [_WORDS, *(f"<{tag}>(?:{_WORDS})*+</{tag}>" for tag in ("b", "strong", "i", "em", "u"))]
) + ")*+"  # fmt: skip
_ITEMS = rf"\s*+(?:<li>{_RUN}</li>\s*+)*+"
CLEAN_ALREADY = re.compile(
    _RUN + "(?:(?:" + "|".join(
        [f"<{tag}>{_RUN}</{tag}>" for tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6")]
        + [f"<{tag}>{_ITEMS}</{tag}>" for tag in ("ul", "ol")]
    ) + f"){_RUN})*+"
)  # fmt: skip
"""Paragraphs, lists and emphasis as editors write them: nested as they should be, so that a parser changes nothing."""
OFFICE_PREFIXES = ("o:", "w:", "v:", "st1:")
MAX_PASSES = 6
KNOWN_TAGS = ALLOWED_TAGS | DROPPED_TAGS
CLEANER = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    clean_content_tags=set(),
    attributes=ALLOWED_ATTRIBUTES,
    filter_style_properties=ALLOWED_STYLES,
    url_schemes=ALLOWED_SCHEMES,
    link_rel="noopener noreferrer",
)


def _escape_left_angle(match: re.Match[str]) -> str:
    if match["doctype"]:
        return ""
    if match["tag"]:
        name = match["name"].lower()
        if name in KNOWN_TAGS or name.startswith(OFFICE_PREFIXES):
            return match["tag"]
        return "&lt;" + match["tag"][1:].replace("<", "&lt;")
    return "&lt;"


def sanitise_html(markup: str) -> str:
    """Make HTML safe to show anywhere, without losing text.

    A `<` that opens no known tag (`<US$600`, `a < b`, `<script` without an end) is escaped; comments, and scripts and
    styles with their content, go; then nh3 (ammonia, an HTML5 parser) keeps the allowed tags, attributes, styles and
    URL schemes. Idempotent: it is repeated until nothing changes, since an HTML5 parser may move misnested tags.
    """
    if NOTHING_TO_CLEAN.fullmatch(markup) or CLEAN_ALREADY.fullmatch(markup):
        return markup
    before = markup
    for _pass in range(MAX_PASSES):
        after = _clean_once(before)
        if after == before:
            break
        before = after
    return before


def _clean_once(markup: str) -> str:
    if "<" in markup:
        markup = LEFT_ANGLE.sub(_escape_left_angle, _cut_hidden(markup))
    return CLEANER.clean(markup)


def _cut_hidden(markup: str) -> str:
    """Cut comments, scripts and styles that have an end. Linear: an end that is missing is looked for once."""
    kept: list[str] = []
    endless: set[str | None] = set()
    position = search_from = 0
    while begin := HIDDEN.search(markup, search_from):
        raw = begin["raw"].lower() if begin["raw"] else None
        end = None if raw in endless else HIDDEN_ENDS[raw].search(markup, begin.end())
        if end is None:
            endless.add(raw)
            search_from = begin.end()
        else:
            kept.append(markup[position : begin.start()])
            position = search_from = end.end()
    kept.append(markup[position:])
    return "".join(kept)
