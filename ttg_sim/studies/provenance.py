"""Where a result came from: code, versions, machine, command."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from ttg_sim.engine.kernel import PACKAGE, jit_enabled, source_hash

LIBRARIES = ("ttg-sim", "mesa", "numpy", "numba", "llvmlite", "scipy", "pandas", "pyarrow", "pydantic")


def code() -> dict[str, Any]:
    """Hash of the package's sources and, in a checkout, its commit and whether the sources differ from it."""
    commit = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--", str(PACKAGE))
    dirty = None if commit is None or changed is None else bool(changed)
    return {"source_hash": source_hash(), "commit": commit, "dirty": dirty}


def machine() -> dict[str, Any]:
    """Processor, system, C library and versions: floats can differ in the last digits between machines."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "libm": " ".join(platform.libc_ver()).strip(),
        "python": platform.python_version(),
        "jit": jit_enabled(),
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }


def command() -> str:
    """The command line of this process, without the path of the program."""
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(PACKAGE), *arguments], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _processor() -> str:
    from llvmlite import binding

    return f"{platform.machine()} {binding.get_host_cpu_name()}"
