"""ffmpeg for tests: what is installed, else the binary that a development package brings."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import imageio_ffmpeg
import pytest


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `shutil.which` find an ffmpeg."""
    if shutil.which("ffmpeg") is None:
        folder.mkdir(exist_ok=True)
        (folder / "ffmpeg").symlink_to(imageio_ffmpeg.get_ffmpeg_exe())
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
