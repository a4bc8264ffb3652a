"""A scenario file and everything that it extends, read from the child up."""

from __future__ import annotations

from pathlib import Path

from ttg_sim.scenario.expected import Known
from ttg_sim.scenario.faults import Fault, Refusal, Report, place, quoted
from ttg_sim.scenario.layer import Layer, read_layer
from ttg_sim.scenario.reader import read_tree
from ttg_sim.scenario.textfile import SUFFIXES, decode, read_bytes


def read_chain(file: Path, root: Path | None, faults: list[Fault], known: Known | None = None) -> list[Layer]:
    """Read a file and its parents, the furthest parent first; whatever is wrong with any of them is added to `faults`.

    Only parents in `root` (the folder of the file when None) or below are read.
    """
    layers: list[Layer] = []
    report = Report(str(file), faults)
    try:
        file = file.absolute()
        root = (root or file.parent).resolve()
        seen = [file.resolve()]
    except (OSError, RuntimeError, ValueError):
        # A loop of links, a NUL in the name, a current folder that is gone: nothing can be found then.
        report.add(0, "", "cannot be read")
        return layers
    try:
        layer = _read_file(file, faults, known)
    except Refusal as refusal:
        report.refuse(0, "", refusal)
        return layers
    while True:
        layers.insert(0, layer)
        if layer.extends is None:
            return layers
        text, line = layer.extends
        try:
            file = _parent(text, file, root)
            _refuse_circle(seen, file)
            layer = _read_file(file, faults, known)
        except Refusal as refusal:
            what = f"{quoted(text)} {refusal.what}"
            Report(layer.file, faults).add(line, "extends", what, refusal.expected, refusal.near)
            return layers
        seen.append(file)


def _read_file(file: Path, faults: list[Fault], known: Known | None) -> Layer:
    report = Report(str(file), faults)
    text = decode(read_bytes(file), report)
    return Layer(str(file)) if text is None else read_layer(read_tree(text, report), report, known)


def _parent(text: str, child: Path, root: Path) -> Path:
    """The file that `extends: text` in `child` means, links followed.

    Raises:
        Refusal: it cannot be found, or is not in the folder tree.
    """
    named = Path(text)
    if named.is_absolute():
        raise Refusal("is not a path relative to this file", "a path such as baseline.yaml")
    wanted = child.parent / named
    try:
        found = _with_suffix(wanted).resolve()
    except (OSError, RuntimeError, ValueError):
        raise Refusal("cannot be read") from None
    # Nothing is said about a file, not even whether it exists, before it is known to be inside the folder tree.
    if not found.is_relative_to(root):
        raise Refusal("is outside the folder of the scenario", "a file in that folder or below")
    return found


def _with_suffix(wanted: Path) -> Path:
    """The file meant: with `.yaml` added where it was left out and there is such a file."""
    if wanted.suffix in SUFFIXES or not wanted.name:
        return wanted
    suffixed = wanted.with_name(wanted.name + SUFFIXES[0])
    return suffixed if suffixed.is_file() else wanted


def _refuse_circle(seen: list[Path], parent: Path) -> None:
    if parent in seen:
        names = " -> ".join(place(str(file), 0) for file in [*seen[seen.index(parent) :], parent])
        raise Refusal(f"closes a circle: {names}")
