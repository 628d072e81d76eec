"""ICC profiles built by hand for the tests, and the arithmetic that says what their colours are."""

from __future__ import annotations

import struct
from dataclasses import dataclass

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

D50: Triple = (0.9642, 1.0, 0.8249)
_BRADFORD: Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))


@dataclass(frozen=True)
class Space:
    """An RGB space: primaries and white in CIE xy, one gamma."""

    name: str
    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]
    white: tuple[float, float]
    gamma: float

    def matrix(self) -> Matrix:
        """Linear RGB to XYZ, adapted to D50 as a profile's colorants are."""
        columns = [_xyz(*point) for point in (self.red, self.green, self.blue)]
        raw = _transpose((columns[0], columns[1], columns[2]))
        white = _xyz(*self.white)
        scale = _apply(_invert(raw), white)
        scaled: Matrix = tuple(tuple(row[i] * scale[i] for i in range(3)) for row in raw)  # type: ignore[assignment]
        cone, goal = _apply(_BRADFORD, white), _apply(_BRADFORD, D50)
        diagonal: Matrix = (
            (goal[0] / cone[0], 0.0, 0.0), (0.0, goal[1] / cone[1], 0.0), (0.0, 0.0, goal[2] / cone[2])
        )  # fmt: skip
        return _multiply(_multiply(_multiply(_invert(_BRADFORD), diagonal), _BRADFORD), scaled)

    def to_lab(self, pixel: tuple[int, int, int]) -> Triple:
        """CIELAB (D50) of 8-bit values."""
        linear: Triple = tuple((part / 255) ** self.gamma for part in pixel)  # type: ignore[assignment]
        return to_lab(_apply(self.matrix(), linear))

    def profile(self) -> bytes:
        """An ICC v2 matrix profile. Source: ICC.1:2001-04."""
        columns = _transpose(self.matrix())
        text = self.name.encode()
        tags = {
            b"desc": b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) + text + bytes(1 + 78),
            b"cprt": b"text" + bytes(4) + b"none\x00",
            b"wtpt": _xyz_tag(D50),
            b"rXYZ": _xyz_tag(columns[0]), b"gXYZ": _xyz_tag(columns[1]), b"bXYZ": _xyz_tag(columns[2]),
            **{name: gamma_tag(self.gamma) for name in (b"rTRC", b"gTRC", b"bTRC")},
        }  # fmt: skip
        return assemble(tags, b"mntr", b"RGB ", b"XYZ ")


ADOBE_RGB = Space("Adobe-like RGB", (0.64, 0.33), (0.21, 0.71), (0.15, 0.06), (0.3127, 0.3290), 2.19921875)
DISPLAY_P3 = Space("Display-like P3", (0.68, 0.32), (0.265, 0.69), (0.15, 0.06), (0.3127, 0.3290), 2.2)
PROPHOTO = Space("ProPhoto-like", (0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), (0.3457, 0.3585), 1.8)
SRGB_PRIMARIES = Space("", (0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.3127, 0.3290), 2.2)


def grey_profile(gamma: float) -> bytes:
    """A grey profile of one gamma."""
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"grey\x00" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\x00",
        b"wtpt": _xyz_tag(D50),
        b"kTRC": gamma_tag(gamma),
    }
    return assemble(tags, b"mntr", b"GRAY", b"XYZ ")


def srgb_to_lab(pixel: tuple[int, int, int]) -> Triple:
    """CIELAB (D50) of 8-bit sRGB. Source: IEC 61966-2-1."""
    parts = [part / 255 for part in pixel]
    linear: Triple = tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)  # type: ignore[assignment]
    return to_lab(_apply(SRGB_PRIMARIES.matrix(), linear))


def grey_to_lab(share: float) -> Triple:
    """CIELAB of a neutral with this luminance, 0–1."""
    return to_lab((D50[0] * share, D50[1] * share, D50[2] * share))


def delta_e(left: Triple, right: Triple) -> float:
    """CIE 1976 colour difference; about 2.3 is just noticeable."""
    return sum((a - b) ** 2 for a, b in zip(left, right, strict=True)) ** 0.5


def to_lab(xyz: Triple) -> Triple:
    def fold(part: float) -> float:
        return part ** (1 / 3) if part > (6 / 29) ** 3 else part / (3 * (6 / 29) ** 2) + 4 / 29

    x, y, z = (fold(part / white) for part, white in zip(xyz, D50, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def gamma_tag(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)


def assemble(tags: dict[bytes, bytes], kind: bytes, space: bytes, connection: bytes) -> bytes:
    table, body = struct.pack(">I", len(tags)), b""
    offset = 128 + 4 + 12 * len(tags)
    for signature, block in tags.items():
        padded = block + bytes(-len(block) % 4)
        table += signature + struct.pack(">2I", offset + len(body), len(block))
        body += padded
    head = struct.pack(">I4sI4s4s4s", offset + len(body), b"\0\0\0\0", 0x02400000, kind, space, connection)
    head += struct.pack(">6H", 2004, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", *(round(part * 65536) for part in D50))
    return head.ljust(128, b"\0") + table + body


def _xyz_tag(xyz: Triple) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(part * 65536) for part in xyz))


def _xyz(x: float, y: float) -> Triple:
    return x / y, 1.0, (1 - x - y) / y


def _apply(matrix: Matrix, vector: Triple) -> Triple:
    return tuple(sum(row[i] * vector[i] for i in range(3)) for row in matrix)  # type: ignore[return-value]


def _transpose(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix, strict=True))  # type: ignore[return-value]


def _multiply(left: Matrix, right: Matrix) -> Matrix:
    return tuple(_apply(_transpose(right), row) for row in left)  # type: ignore[return-value]


def _invert(m: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = m
    det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        ((e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det),
        ((f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det),
        ((d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det),
    )
