"""A CMYK profile for pictures that bring none: a Neugebauer model of offset print on coated paper, as ICC bytes."""

from __future__ import annotations

import itertools
import struct
from functools import lru_cache

Triple = tuple[float, float, float]

# CIELAB of the solids and overprints, coated paper, black backing. Source: ISO 12647-2:2004, paper type 1 (as in FOGRA39).
# Key: which inks are printed, in the order C, M, Y.
_SOLIDS: dict[tuple[int, int, int], Triple] = {
    (0, 0, 0): (95.0, 0.0, -2.0),
    (1, 0, 0): (55.0, -37.0, -50.0),
    (0, 1, 0): (48.0, 74.0, -3.0),
    (0, 0, 1): (89.0, -5.0, 93.0),
    (0, 1, 1): (47.0, 68.0, 48.0),
    (1, 0, 1): (50.0, -65.0, 27.0),
    (1, 1, 0): (24.0, 22.0, -46.0),
    (1, 1, 1): (23.0, 0.0, 0.0),
}
_BLACK_LIGHTNESS = 16.0
_OVERPRINT_OF_BLACK = 0.12
_DOT_GAIN = 0.16
_YULE_NIELSEN = 1.7
_GRID = 6
_D50: Triple = (0.9642, 1.0, 0.8249)


@lru_cache(maxsize=1)
def build_cmyk_profile() -> bytes:
    """ICC v2 device profile, CMYK to Lab, one table for all intents. Built once, in about 50 ms.

    Source: ICC.1:2001-04, 6.1 (header), 6.5.7 (lut16Type).
    """
    steps = range(_GRID)
    nodes = b"".join(_encode_lab(_print_colour(node)) for node in itertools.product(steps, repeat=4))
    ramp = struct.pack(">2H", 0, 0xFFFF)
    identity = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x10000)
    lut = b"mft2" + bytes(4) + struct.pack(">4B", 4, 3, _GRID, 0) + identity + struct.pack(">2H", 2, 2)
    lut += ramp * 4 + nodes + ramp * 3
    text = b"Coated offset print"
    description = b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) + text + bytes(1 + 4 + 4 + 2 + 1 + 67)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", *(round(part * 65536) for part in _D50))
    licence = b"text" + bytes(4) + b"No copyright\x00"
    return _assemble({b"desc": description, b"cprt": licence, b"wtpt": white, b"A2B0": lut})


def _assemble(tags: dict[bytes, bytes]) -> bytes:
    table, body = struct.pack(">I", len(tags)), b""
    offset = 128 + 4 + 12 * len(tags)
    for signature, block in tags.items():
        padded = block + bytes(-len(block) % 4)
        table += signature + struct.pack(">2I", offset + len(body), len(block))
        body += padded
    size = offset + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    header += struct.pack(">6H", 2004, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += struct.pack(">3i", *(round(part * 65536) for part in _D50))
    return header.ljust(128, b"\0") + table + body


def _print_colour(node: tuple[int, ...]) -> Triple:
    """Lab, relative to the paper, of one ink mix: Neugebauer with the Yule–Nielsen correction."""
    cyan, magenta, yellow, black = (_add_gain(step / (_GRID - 1)) for step in node)
    total = [0.0, 0.0, 0.0]
    for inks in itertools.product((0, 1), repeat=4):
        weight = 1.0
        for is_printed, coverage in zip(inks, (cyan, magenta, yellow, black), strict=True):
            weight *= coverage if is_printed else 1 - coverage
        if weight:
            for index, part in enumerate(_primary(inks)):
                total[index] += weight * part
    x, y, z = (part**_YULE_NIELSEN for part in total)
    return _xyz_to_lab((x * _D50[0], y * _D50[1], z * _D50[2]))


def _add_gain(coverage: float) -> float:
    """Printed dots are larger than the plate's: most at half coverage."""
    return coverage + 4 * _DOT_GAIN * coverage * (1 - coverage)


@lru_cache(maxsize=16)
def _primary(inks: tuple[int, int, int, int]) -> Triple:
    """Reflectance of one overprint relative to the paper, each raised to 1/n."""
    lab = _SOLIDS[inks[0], inks[1], inks[2]]
    if inks[3]:
        below = lab
        share = _OVERPRINT_OF_BLACK
        lab = (_BLACK_LIGHTNESS * (0.4 + 0.6 * below[0] / 95), below[1] * share, (below[2] + 2) * share)
    paper = _lab_to_xyz(_SOLIDS[0, 0, 0])
    red, green, blue = (
        max(part / white, 0.0) ** (1 / _YULE_NIELSEN) for part, white in zip(_lab_to_xyz(lab), paper, strict=True)
    )
    return red, green, blue


def _lab_to_xyz(lab: Triple) -> Triple:
    fy = (lab[0] + 16) / 116
    fx, fz = fy + lab[1] / 500, fy - lab[2] / 200

    def expand(part: float) -> float:
        return part**3 if part > 6 / 29 else 3 * (6 / 29) ** 2 * (part - 4 / 29)

    return expand(fx) * _D50[0], expand(fy) * _D50[1], expand(fz) * _D50[2]


def _xyz_to_lab(xyz: Triple) -> Triple:
    def fold(part: float) -> float:
        return part ** (1 / 3) if part > (6 / 29) ** 3 else part / (3 * (6 / 29) ** 2) + 4 / 29

    fx, fy, fz = (fold(part / white) for part, white in zip(xyz, _D50, strict=True))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _encode_lab(lab: Triple) -> bytes:
    """Legacy 16-bit Lab: 0xFF00 is L* 100, 0x8000 is a* or b* 0."""
    lightness = round(min(max(lab[0], 0), 100) * 652.8)
    a, b = (round(min(max((part + 128) * 256, 0), 65535)) for part in lab[1:])
    return struct.pack(">3H", lightness, a, b)
