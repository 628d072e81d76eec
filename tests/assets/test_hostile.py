"""Files of people who mean harm, or whose disks do: each is refused with a sentence or kept without being opened."""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import textwrap
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from assets.preview import examine_file, examining, sandbox
from assets.preview.confinement import Confinement, confine
from assets.preview.messages import BadMessage, load_examined, pack, read_lengths
from assets.probe import Limits, probe
from config import env
from pim.errors import Refused
from tests.assets.ffmpeg import put_on_path
from tests.assets.pictures import as_bytes, as_file, draw_scene
from tests.assets.test_previews import make_pdf
from tests.assets.test_probe import png_header, webp_header
from tests.shared_data import shared_data

MEMORY_OF_HOUSE_MIB = 120
"""What the process of the house may grow by while hostile files are examined; the files are read elsewhere."""


def outcome(content: bytes, name: str) -> str:
    """`picture`, `preview`, `kept`, or the code of the refusal."""
    return outcome_of(io.BytesIO(content), name)


def outcome_of(file: io.BufferedIOBase, name: str) -> str:
    try:
        examined = examine_file(file, name)  # type: ignore[arg-type]
    except Refused as refused:
        return refused.code if str(refused.message).endswith(".") else "no sentence"
    if examined.preview is not None:
        return "preview"
    if examined.facts.width_px:
        return "picture"
    assert str(examined.facts.measures["no_preview"]).startswith("No preview: ")
    return "kept"


@pytest.mark.parametrize(
    ("folder", "files", "outcomes"),
    [
        ("07_photos", 159, {"picture": 123, "preview": 10, "kept": 20, "picture_broken": 4, "format_not_allowed": 2}),
        (
            "08_documents_media",
            71,
            {"preview": 22, "picture": 6, "kept": 26, "format_not_allowed": 15, "picture_broken": 2},
        ),
        ("09_duplicates_apache2", 24, {"picture": 20, "kept": 1, "format_not_allowed": 3}),
        ("10_hostile_basic", 386, {"kept": 359, "format_not_allowed": 26, "file_empty": 1}),
        ("01_akeneo_icecat/icecat_demo_dev/files", 258, {"picture": 258}),
    ],
)
def test_every_file_of_the_real_sets_is_shown_kept_or_refused_with_a_sentence(
    folder: str, files: int, outcomes: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path / "bin", monkeypatch)
    paths = [path for path in sorted(shared_data(*folder.split("/")).rglob("*")) if path.is_file()]

    found: Counter[str] = Counter()
    for path in paths:
        with path.open("rb") as file:
            found[outcome_of(file, path.name)] += 1

    assert len(paths) == files
    assert dict(found) == outcomes


def test_xml_bombs_are_refused_unread() -> None:
    bombs = sorted(shared_data("10_hostile_basic", "xml_bombs_psf").glob("*.x*"))

    assert len(bombs) == 11
    assert {outcome(path.read_bytes(), path.name) for path in bombs} == {"format_not_allowed"}
    assert {outcome(path.read_bytes(), f"{path.stem}.svg") for path in bombs} == {"format_not_allowed"}


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_with(*chunks: bytes) -> bytes:
    whole = as_bytes(draw_scene(8, 8), "PNG")
    return whole[:33] + b"".join(chunks) + whole[33:]


def gif_of(frames: int, *, width: int = 16, height: int = 16) -> bytes:
    frame = b"\x2c" + struct.pack("<4HB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<2H3B", width, height, 0x80, 0, 0) + bytes(6) + frame * frames + b";"


def tiff_with(width: int, height: int, *, strips: int = 1, rows: int = 1) -> bytes:
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    entries += [(273, 4, strips, 8), (277, 3, 1, 1), (278, 4, 1, rows), (279, 4, strips, 4_000_000_000)]
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + body + bytes(4)


def looping_tiff() -> bytes:
    content = bytearray(as_bytes(draw_scene(8, 8), "TIFF"))
    start = int.from_bytes(content[4:8], "little")
    count = int.from_bytes(content[start : start + 2], "little")
    content[start + 2 + 12 * count : start + 6 + 12 * count] = struct.pack("<I", start)
    return bytes(content)


def avif_canvas(side: int) -> bytes:
    """A small AVIF whose header claims to be so large."""
    content = bytearray(as_bytes(draw_scene(64, 64), "AVIF"))
    at = content.find(b"ispe") + 8
    content[at : at + 8] = struct.pack(">2I", side, side)
    return bytes(content)


def heic_canvas(side: int) -> bytes:
    content = bytearray(shared_data("07_photos", "libheif_lgpl", "rainbow-451x461.heic").read_bytes())
    at = content.find(b"ispe")
    while at >= 0:
        content[at + 8 : at + 16] = struct.pack(">2I", side, side)
        at = content.find(b"ispe", at + 1)
    return bytes(content)


BOMBS = {
    "header.png": (lambda: png_header(30_000, 30_000), {"picture_too_large"}),
    "frames.gif": (lambda: gif_of(10_000), {"picture_too_large"}),
    "wide.gif": (lambda: gif_of(200, width=8_000, height=8_000), {"picture_too_large"}),
    "canvas.webp": (lambda: webp_header(16_000, 16_000), {"picture_too_large"}),
    "canvas.avif": (lambda: avif_canvas(60_000), {"picture_too_large", "picture_broken"}),
    "canvas.heic": (lambda: heic_canvas(60_000), {"kept"}),
    "strips.tif": (lambda: tiff_with(40_000, 40_000), {"picture_too_large"}),
    "claims.tif": (lambda: tiff_with(9_000, 9_000, strips=90_000_000), {"picture_broken", "kept"}),
    "circle.tif": (looping_tiff, {"picture"}),
    "profile.png": (
        lambda: png_with(chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(50_000_000)))),
        {"picture_broken", "picture"},
    ),
    "text.png": (lambda: png_with(chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(50_000_000)))), {"picture_broken"}),
    "texts.png": (
        lambda: png_with(*[chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(900_000)))] * 200),
        {"picture_broken"},
    ),
    "exif.jpg": (lambda: as_bytes(draw_scene(), exif=b"Exif\0\0" + b"\xff" * 60_000), {"picture"}),
    "members.docx": (lambda: many_members(30_000), {"format_not_allowed"}),
    "page.pdf": (lambda: make_pdf("0 0 1e12 1e12"), {"kept", "preview"}),
}


def many_members(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(str(number), b"")
    return out.getvalue()


@pytest.mark.parametrize("name", list(BOMBS))
def test_bombs_go_off_nowhere(name: str) -> None:
    make, expected = BOMBS[name]
    content = make()
    before = peak_mib()

    assert outcome(content, name) in expected

    assert peak_mib() - before < MEMORY_OF_HOUSE_MIB


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_a_progressive_photograph_of_100_megapixels_is_refused_on_its_header() -> None:
    out = bytearray(as_bytes(Image.new("L", (64, 64)), progressive=True))
    at = out.find(b"\xff\xc2")
    out[at + 5 : at + 9] = struct.pack(">2H", 10_000, 9_900)

    assert outcome(bytes(out), "large.jpg") == "picture_too_large"


@pytest.mark.slow
def test_an_honest_picture_of_100_megapixels_is_read_within_the_bounds_of_its_process() -> None:
    content = as_bytes(Image.new("RGB", (10_000, 9_900), "red"), "PNG")
    before = peak_mib()

    facts = examine_file(io.BytesIO(content), "poster.png").facts

    assert (facts.width_px, facts.height_px) == (10_000, 9_900)
    assert peak_mib() - before < MEMORY_OF_HOUSE_MIB


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.3, 0.95])
def test_a_truncated_file_of_every_format_is_refused(fmt: str, share: float) -> None:
    content = as_bytes(Image.effect_noise((200, 200), 80).convert("RGB"), fmt)

    assert outcome(content[: int(len(content) * share)], f"cut.{fmt.lower()}") == "picture_broken"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("invoice.pdf", as_bytes(draw_scene()), "image/jpeg"),
        ("photo.jpg", make_pdf("0 0 9 9"), "application/pdf"),
        ("photo.jpg", as_bytes(draw_scene(), "PNG") + b"<script>alert(1)</script>", "image/png"),
        ("page.html", as_bytes(draw_scene(), "GIF") + b"<script>alert(1)</script>", "image/gif"),
    ],
)
def test_a_file_is_what_its_bytes_are_and_the_wrong_name_is_noted(name: str, content: bytes, expected: str) -> None:
    facts = examine_file(io.BytesIO(content), name).facts

    assert facts.media.name == expected
    assert facts.measures.get("mislabelled") == (
        None if name == "photo.jpg" and expected == "image/jpeg" else name[-4:].strip(".")
    )


def gifar() -> bytes:
    """A GIF in front, a Java archive behind: what is served is a GIF."""
    return as_bytes(draw_scene(), "GIF") + jar()


def jar() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil")
    return out.getvalue()


def macro_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
        archive.writestr("word/vbaProject.bin", b"")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("setup.jpg", b"MZ\x90\x00" + bytes(100), "Programs and scripts"),
        ("setup.txt", b"\x7fELF\x02", "Programs and scripts"),
        ("run.txt", b"#!/bin/sh\nrm -rf /", "Programs and scripts"),
        ("app.docx", jar(), "Programs, and documents with macros"),
        ("report.docx", macro_document(), "Programs, and documents with macros"),
        ("page.txt", b"\xef\xbb\xbf \n<!DOCTYPE html><script>", "Web pages"),
        ("page.csv", "<html>".encode("utf-16"), "Web pages"),
        ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "under another name"),
        ("style.xsl", b"<xsl:stylesheet/>", "Web pages"),
        ("x.xhtml", b"<?xml version='1.0'?><html/>", "Web pages"),
        ("photo.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        ("code.js", b"alert(1)", "scripts"),
        ("things.7z", b"7z\xbc\xaf\x27\x1c", "Archives of this kind"),
        ("what.bin", b"\x01\x02\x03", "are not accepted"),
    ],
)
def test_what_can_run_is_refused_with_a_sentence_that_says_what_it_is(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        examine_file(io.BytesIO(content), name)

    assert refused.value.code == "format_not_allowed"
    assert sentence in str(refused.value.message)


def test_a_polyglot_is_its_first_half() -> None:
    assert examine_file(io.BytesIO(gifar()), "cute.gif").facts.media.name == "image/gif"


def test_text_of_any_kind_survives_as_a_name_and_as_metadata() -> None:
    strings = shared_data("10_hostile_basic", "blns_mit", "blns.txt").read_text(errors="replace").splitlines()
    exif = Image.Exif()
    exif[0x010E] = "\x00".join(strings)[:60_000]

    facts = probe(as_file(draw_scene(), exif=exif), "\u202egpj.exe")

    text = str(facts.metadata)
    assert "\x00" not in text
    assert len(text) < 20_000
    text.encode()


# The process that files are read in.


@pytest.mark.parametrize(
    ("attack", "why"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crash"),
        ("os.abort()", "crash"),
        ("bytearray(8 << 30)", "memory"),
        ("os._exit(0)", "crash"),
    ],
)
def test_a_decoder_that_dies_is_a_refusal_and_the_next_file_is_read(
    attack: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_child(attack, tmp_path, monkeypatch)
    monkeypatch.setattr(sandbox, "WALL_TIMEOUT_S", 5.0)

    with pytest.raises(Refused) as refused:
        examine_file(as_file(draw_scene()), "evil.jpg")

    assert refused.value.code == "check_failed"
    sandbox._pool.close()
    monkeypatch.undo()
    assert examine_file(as_file(draw_scene()), "good.jpg").facts.width_px == 120
    assert why in {"crash", "memory"}


def fake_child(attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The confined process with a decoder that does this instead of its work."""
    sandbox._pool.close()
    script = tmp_path / "child.py"
    script.write_text(
        textwrap.dedent(f"""
            import os, signal, sys, time
            sys.path.insert(0, {str(env.REPOSITORY)!r})
            from assets.preview import child
            def attack(*_args, **_named):
                {attack}
            child.examine = attack
            child.main(int(sys.argv[-1]))
        """)
    )
    real = subprocess.Popen

    def start(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        return real([sys.executable, str(script), command[-1]], **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(subprocess, "Popen", start)


def test_a_file_that_never_ends_is_given_up_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_child("time.sleep(60)", tmp_path, monkeypatch)
    monkeypatch.setattr(sandbox, "WALL_TIMEOUT_S", 0.5)
    monkeypatch.setattr(sandbox, "START_TIMEOUT_S", 2.0)

    with pytest.raises(Refused, match="takes too long"):
        examine_file(as_file(draw_scene()), "slow.jpg")
    sandbox._pool.close()


def test_a_preview_that_kills_its_process_leaves_the_file_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack = "exec('if _named[\"makes_preview\"]: os.abort()') or None; from assets.preview.examining import examine as e; return e(*_args, **_named)"
    fake_child(attack, tmp_path, monkeypatch)

    examined = examine_file(io.BytesIO(make_pdf("0 0 9 9")), "evil.pdf")

    sandbox._pool.close()
    assert examined.preview is None
    assert examined.facts.measures["no_preview"] == "No preview: the file stopped the program that reads it."


ATTEMPTS = """
import os, socket
from assets.preview.confinement import Confinement, confine
confine(Confinement(cpu_s=2))
for name, attempt in {
    "network": lambda: socket.socket(),
    "execution": lambda: os.execv("/bin/true", ["true"]),
    "writing": lambda: open("written", "w"),
    "deleting": lambda: os.unlink("there"),
    "memory": lambda: bytearray(8 << 30),
}.items():
    try:
        attempt()
    except (OSError, MemoryError) as error:
        print(name, type(error).__name__, flush=True)
    else:
        print(name, "worked", flush=True)
while True:
    pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's")
def test_the_confined_process_can_neither_speak_nor_write_nor_start_anything(tmp_path: Path) -> None:
    (tmp_path / "there").touch()

    done = subprocess.run(
        [sys.executable, "-c", ATTEMPTS],
        cwd=tmp_path,
        env={"PYTHONPATH": str(env.REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert dict(line.split() for line in done.stdout.splitlines()) == {
        "network": "PermissionError",
        "execution": "PermissionError",
        "writing": "PermissionError",
        "deleting": "PermissionError",
        "memory": "MemoryError",
    }
    assert (tmp_path / "there").exists()
    assert done.returncode in {-signal.SIGKILL, -signal.SIGXCPU}


CALLS = """
import ctypes, json, os, platform, struct, sys
from assets.preview.confinement import Confinement, confine, refuse_execution
confine(Confinement(may_execute=True))
libc = ctypes.CDLL(None, use_errno=True)
column = ("x86_64", "aarch64").index(platform.machine())
how = ctypes.create_string_buffer(struct.pack("QQQ", os.O_WRONLY | os.O_TRUNC, 0, 0))
there = os.open("there", os.O_RDONLY)
def call(numbers, *arguments):
    done = libc.syscall(numbers if isinstance(numbers, int) else numbers[column], *arguments)
    return "worked" if done >= 0 else os.strerror(ctypes.get_errno())
found = {
    "openat2": call(437, -100, b"there", how, 24),
    "fchmod": call((91, 52), there, 0o777),
    "setxattr": call((188, 5), b"there", b"user.x", b"1", 1, 0),
    "utimensat": call((280, 88), -100, b"there", None, 0),
    "clone, user namespace": call((56, 220), 0x10000000 | 17, 0, 0, 0, 0),
    "clone3": call(435, 0, 0),
    "fsopen": call(430, b"tmpfs", 0),
    "pidfd_open": call(434, os.getppid(), 0),
    "limits of another": call((302, 261), os.getppid(), 7, None, ctypes.create_string_buffer(16)),
    "limits of its own": call((302, 261), 0, 7, None, ctypes.create_string_buffer(16)),
    "kill, for a film": call((62, 129), os.getpid(), 0),
}
refuse_execution()
found["kill"] = call((62, 129), os.getppid(), 0)
try:
    os.execv("/bin/true", ["true"])
except OSError as error:
    found["execution"] = os.strerror(error.errno)
print(json.dumps(found))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's")
def test_younger_and_rarer_calls_are_no_way_out_of_the_confined_process(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("kept")

    done = subprocess.run(
        [sys.executable, "-c", CALLS],
        cwd=tmp_path,
        env={"PYTHONPATH": str(env.REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    answers = json.loads(done.stdout)
    assert answers.pop("clone3") == "Function not implemented"
    assert {name for name, answer in answers.items() if answer == "worked"} == {"limits of its own", "kill, for a film"}
    assert {answer for answer in answers.values() if answer != "worked"} == {"Operation not permitted"}
    assert (tmp_path / "there").read_text() == "kept"


def test_the_confined_process_knows_nothing_of_ours() -> None:
    assert set(sandbox._ENVIRONMENT) == {"PATH", "LANG", "PYTHONDONTWRITEBYTECODE", "MALLOC_ARENA_MAX"}
    assert confine.__module__ == Confinement.__module__


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"facts": None},
        {"facts": {"media": "text/html"}},
        {"facts": {"sha256": "../../etc/passwd", "media": "image/png"}},
    ],
)
def test_a_process_gone_bad_can_say_nothing_but_facts(header: dict[str, object]) -> None:
    with pytest.raises(BadMessage):
        load_examined(header, b"")


def test_a_process_gone_bad_cannot_fill_the_memory() -> None:
    with pytest.raises(BadMessage):
        read_lengths(b"\xff" * 8)
    assert read_lengths(pack({"a": 1}, b"xy")[:8]) == (8, 2)


def test_a_warm_process_that_somebody_ends_costs_no_file_its_preview() -> None:
    examine_file(as_file(draw_scene()), "a.jpg")
    for process in sandbox._pool._idle:
        os.killpg(process._process.pid, signal.SIGKILL)

    assert examine_file(io.BytesIO(make_pdf("0 0 9 9")), "b.pdf").preview is not None


def test_many_files_at_once_are_read_side_by_side() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        widths = list(
            pool.map(lambda side: examine_file(as_file(draw_scene(side, 40)), "a.jpg").facts.width_px, range(41, 81))
        )

    assert widths == list(range(41, 81))


def test_limits_are_those_of_the_caller() -> None:
    with pytest.raises(Refused) as refused:
        examine_file(as_file(draw_scene()), "a.jpg", limits=Limits(max_pixels=100))

    assert refused.value.code == "picture_too_large"


def test_a_forked_process_starts_its_own() -> None:
    examine_file(as_file(draw_scene()), "a.jpg")
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        width = examine_file(as_file(draw_scene(90, 10)), "b.jpg").facts.width_px
        os.write(writer, str(width).encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reader, 10) == b"90"
    assert examine_file(as_file(draw_scene(70, 10)), "c.jpg").facts.width_px == 70
    os.close(reader)
    os.close(writer)


def test_what_is_examined_is_what_the_pure_rooms_say() -> None:
    content = as_bytes(draw_scene(), "PNG")

    confined, here = (examine(io.BytesIO(content), "a.png") for examine in (examine_file, examining.examine))

    assert (confined.facts, confined.preview) == (here.facts, here.preview)
    assert confined.copy is not None
    assert here.copy is not None
    assert confined.copy.tobytes() == here.copy.tobytes()
