"""The allow-list of file formats: what the house takes, what it calls them, and which of them it ever opens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaType:
    """One accepted format.

    `pillow` names the only decoder that may open it as a picture. `preview` names how a picture is made of what is
    none: `heif`, `pdf`, `svg`, `video`, `audio` (its cover). A format with neither is kept and never opened.
    """

    name: str
    kind: str
    extension: str
    pillow: str = ""
    preview: str = ""


JPEG = MediaType("image/jpeg", "image", "jpg", "JPEG")
PNG = MediaType("image/png", "image", "png", "PNG")
WEBP = MediaType("image/webp", "image", "webp", "WEBP")
AVIF = MediaType("image/avif", "image", "avif", "AVIF")
GIF = MediaType("image/gif", "image", "gif", "GIF")
TIFF = MediaType("image/tiff", "image", "tif", "TIFF")
BMP = MediaType("image/bmp", "image", "bmp", "BMP")
HEIC = MediaType("image/heic", "image", "heic", preview="heif")
SVG = MediaType("image/svg+xml", "image", "svg", preview="svg")
JP2 = MediaType("image/jp2", "image", "jp2")
JXL = MediaType("image/jxl", "image", "jxl")
ICO = MediaType("image/vnd.microsoft.icon", "image", "ico")
RAW = MediaType("image/x-raw", "image", "raw")

MP4 = MediaType("video/mp4", "video", "mp4", preview="video")
MOV = MediaType("video/quicktime", "video", "mov", preview="video")
M4V = MediaType("video/x-m4v", "video", "m4v", preview="video")
WEBM = MediaType("video/webm", "video", "webm", preview="video")
MKV = MediaType("video/x-matroska", "video", "mkv", preview="video")
AVI = MediaType("video/x-msvideo", "video", "avi", preview="video")
OGV = MediaType("video/ogg", "video", "ogv", preview="video")

MP3 = MediaType("audio/mpeg", "audio", "mp3", preview="audio")
M4A = MediaType("audio/mp4", "audio", "m4a", preview="audio")
FLAC = MediaType("audio/flac", "audio", "flac", preview="audio")
WAV = MediaType("audio/wav", "audio", "wav")
OGG = MediaType("audio/ogg", "audio", "ogg")
AIFF = MediaType("audio/aiff", "audio", "aif")

PDF = MediaType("application/pdf", "document", "pdf", preview="pdf")
RTF = MediaType("application/rtf", "document", "rtf")
TEXT = MediaType("text/plain", "document", "txt")
CSV = MediaType("text/csv", "document", "csv")
TSV = MediaType("text/tab-separated-values", "document", "tsv")
MARKDOWN = MediaType("text/markdown", "document", "md")
JSON = MediaType("application/json", "document", "json")
SRT = MediaType("application/x-subrip", "document", "srt")
VTT = MediaType("text/vtt", "document", "vtt")

GLB = MediaType("model/gltf-binary", "3d", "glb")
GLTF = MediaType("model/gltf+json", "3d", "gltf")
OBJ = MediaType("model/obj", "3d", "obj")
STL = MediaType("model/stl", "3d", "stl")
FBX = MediaType("model/x-fbx", "3d", "fbx")
USDZ = MediaType("model/vnd.usdz+zip", "3d", "usdz")
THREE_MF = MediaType("model/3mf", "3d", "3mf")

PSD = MediaType("image/vnd.adobe.photoshop", "design", "psd")
# Illustrator writes PDF; it is read as one.
AI = MediaType("application/illustrator", "design", "ai", preview="pdf")
INDD = MediaType("application/x-indesign", "design", "indd")
IDML = MediaType("application/vnd.adobe.indesign-idml-package", "design", "idml")
EPS = MediaType("application/postscript", "design", "eps")
SKETCH = MediaType("application/x-sketch", "design", "sketch")
XD = MediaType("application/x-xd", "design", "xd")

ZIP = MediaType("application/zip", "other", "zip")
TTF = MediaType("font/ttf", "other", "ttf")
OTF = MediaType("font/otf", "other", "otf")
WOFF = MediaType("font/woff", "other", "woff")
WOFF2 = MediaType("font/woff2", "other", "woff2")

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
OFFICE_ZIP = {
    "docx": MediaType(f"{_OOXML}wordprocessingml.document", "document", "docx"),
    "xlsx": MediaType(f"{_OOXML}spreadsheetml.sheet", "document", "xlsx"),
    "pptx": MediaType(f"{_OOXML}presentationml.presentation", "document", "pptx"),
    "odt": MediaType(f"{_ODF}text", "document", "odt"),
    "ods": MediaType(f"{_ODF}spreadsheet", "document", "ods"),
    "odp": MediaType(f"{_ODF}presentation", "document", "odp"),
    "epub": MediaType("application/epub+zip", "document", "epub"),
}
OFFICE_OLE = {
    "doc": MediaType("application/msword", "document", "doc"),
    "xls": MediaType("application/vnd.ms-excel", "document", "xls"),
    "ppt": MediaType("application/vnd.ms-powerpoint", "document", "ppt"),
}
TEXTS = {media.extension: media for media in (TEXT, CSV, TSV, MARKDOWN, JSON, SRT, VTT)}

PICTURE_TYPES = {media.name: media for media in (JPEG, PNG, WEBP, AVIF, GIF, TIFF, BMP)}
"""What renditions are drawn from directly."""

_OTHERS = (
    *(HEIC, SVG, JP2, JXL, ICO, RAW),
    *(MP4, MOV, M4V, WEBM, MKV, AVI, OGV),
    *(MP3, M4A, FLAC, WAV, OGG, AIFF),
    *(PDF, RTF, *TEXTS.values(), *OFFICE_ZIP.values(), *OFFICE_OLE.values()),
    *(GLB, GLTF, OBJ, STL, FBX, USDZ, THREE_MF),
    *(PSD, AI, INDD, IDML, EPS, SKETCH, XD),
    *(ZIP, TTF, OTF, WOFF, WOFF2),
)
DOCUMENT_TYPES = {media.name: media for media in _OTHERS}
"""What leaves the house as it came, as an attachment."""

MEDIA_TYPES = PICTURE_TYPES | DOCUMENT_TYPES

ALIASES: dict[str, frozenset[str]] = {
    "jpg": frozenset({"jpeg", "jpe", "jfif"}),
    "tif": frozenset({"tiff"}),
    "heic": frozenset({"heif", "hif"}),
    "bmp": frozenset({"dib"}),
    "jp2": frozenset({"jpx", "j2k", "jpf"}),
    "avif": frozenset({"avifs"}),
    "png": frozenset({"apng"}),
    "raw": frozenset({"dng", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2", "pef", "srw"}),
    "mov": frozenset({"qt"}),
    "mp4": frozenset({"m4v", "mp4v", "3gp", "3g2"}),
    "mp3": frozenset({"mpga"}),
    "wav": frozenset({"wave"}),
    "ogg": frozenset({"oga", "opus"}),
    "aif": frozenset({"aiff", "aifc"}),
    "m4a": frozenset({"m4b", "mp4"}),
    "txt": frozenset({"text", "log", "asc"}),
    "md": frozenset({"markdown"}),
    "psd": frozenset({"psb"}),
    "eps": frozenset({"epsf", "epsi"}),
    "doc": frozenset({"dot"}),
    "xls": frozenset({"xlt"}),
    "ppt": frozenset({"pps", "pot"}),
    "pdf": frozenset({"ai"}),
}
"""Further extensions that say the same as a format's own."""


def format_name(media_type: str) -> str:
    """A format as people call it: `image/svg+xml` → SVG, `audio/mpeg` → MP3; empty for no type."""
    media = MEDIA_TYPES.get(media_type)
    return media.pillow or media.extension.upper() if media else media_type.rpartition("/")[2].upper()


def extension_of(filename: str) -> str:
    """What the name claims, in lower case; empty where it claims nothing."""
    stem, dot, extension = filename.rpartition(".")
    return extension.lower() if dot and stem else ""


def is_mislabelled(media: MediaType, filename: str) -> bool:
    """Whether the name claims another format than the bytes have."""
    extension = extension_of(filename)
    return bool(extension) and extension != media.extension and extension not in ALIASES.get(media.extension, ())
