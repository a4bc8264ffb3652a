"""Compiled rules.

`@kernel` marks a rule as one that numba compiles. Nothing is compiled, and numba is not even imported, before
`compile_kernels` is called (the model does so), which keeps the command line quick. With `NUMBA_DISABLE_JIT=1` the
same rules run as plain Python.

Rules inside kernels, so that compiled and plain runs agree to the last bit: `math.*` only, no `**`, no division that
may be by zero, no index that may lie outside, no fast mathematics.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import platform
import shutil
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

PACKAGE = Path(__file__).resolve().parents[1]
STALE_AFTER_DAYS = 30

Rule = TypeVar("Rule", bound=Callable[..., Any])

_plain: list[Callable[..., Any]] = []
_compiled: dict[Callable[..., Any], Any] = {}


def kernel(rule: Rule) -> Rule:
    """Mark a rule for compilation.

    Before `compile_kernels` the rule is returned as it is, and so it stays plain Python for whoever reads or debugs it.
    """
    if _compiled:
        return _compile(rule)  # type: ignore[no-any-return]
    _plain.append(rule)
    return rule


def compile_kernels() -> None:
    """Replace every marked rule, wherever a module of this process names it, by its compiled form."""
    if not _plain:
        return
    _prepare_cache()
    rules = list(_plain)
    _plain.clear()
    for rule in rules:
        _compile(rule)
    homes = {id(rule.__globals__): rule.__globals__ for rule in rules}
    ours = [vars(module) for name, module in list(sys.modules.items()) if name.split(".")[0] == "ttg_sim" and module]
    homes |= {id(names): names for names in ours}
    for names in homes.values():
        for name, value in list(names.items()):
            if callable(value) and (compiled := _compiled.get(_hashable(value))) is not None:
                names[name] = compiled


def compiled_kernels() -> dict[str, Any]:
    """The compiled rules by qualified name: for tests that count signatures."""
    return {f"{rule.__module__}.{rule.__qualname__}": compiled for rule, compiled in _compiled.items()}


def jit_enabled() -> bool:
    """Whether rules are compiled in this process."""
    import numba

    return not numba.config.DISABLE_JIT


def _hashable(value: Any) -> Any:
    return value if getattr(type(value), "__hash__", None) is not None else None


def _compile(rule: Callable[..., Any]) -> Any:
    import numba

    _compiled[rule] = numba.njit(rule, cache=_writable(numba.config.CACHE_DIR), error_model="python")
    return _compiled[rule]


def _prepare_cache() -> None:
    # numba does not notice that a rule called from another file has changed; a folder named by all sources does.
    # The environment variable is read only while numba is imported, so the setting is made here.
    import numba

    folder = Path(platformdirs.user_cache_dir("ttg-sim")) / "kernels" / cache_key()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.touch()
        numba.config.CACHE_DIR = str(folder)
        _sweep(folder.parent, keep=folder)
    except OSError:
        numba.config.CACHE_DIR = ""


def _writable(folder: str) -> bool:
    if not folder:
        return False
    probe = Path(folder) / ".writable"
    try:
        probe.touch()
    except OSError:
        return False
    return True


def _sweep(folder: Path, keep: Path) -> None:
    limit = time.time() - STALE_AFTER_DAYS * 24 * 3600
    for old in folder.iterdir():
        if old != keep:
            with contextlib.suppress(OSError):
                if old.stat().st_mtime < limit:
                    shutil.rmtree(old, ignore_errors=True)


SHOWING = ("api.py", "charts", "cli", "report", "screen", "stories")
"""What stands above the studies and is imported by nothing that runs: a better chart needs no run again."""


@cache
def source_hash() -> str:
    """Hash of the sources on which a result can depend: names the code that it came from.

    What only shows results is left out, and so are the registers of evidence, targets and claims, which no run reads.
    """
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if place.parts[0] not in SHOWING:
            digest.update(str(place).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def cache_key() -> str:
    """Name of the folder for compiled rules: sources, numba and its settings, numpy, Python and processor."""
    import numba

    settings = (numba.config.BOUNDSCHECK, numba.config.OPT, numba.config.DEBUG)
    parts = [source_hash(), sys.version, platform.machine(), platform.processor(), _cpu_name(), repr(settings)]
    parts += [importlib.metadata.version(name) for name in ("numba", "llvmlite", "numpy")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _cpu_name() -> str:
    from llvmlite import binding

    return str(binding.get_host_cpu_name())
