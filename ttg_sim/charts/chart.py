"""A chart: the picture with what it shows in words and in numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
from matplotlib.figure import Figure

from ttg_sim.charts.style import NothingToDraw, look
from ttg_sim.studies.store import write_csv, write_whole

FORMATS = ("svg", "png", "pdf")
DOTS = 160
LONGEST_ALT = 300
_HEAD = re.compile(r"<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>", re.DOTALL)
_IDS = re.compile(r"(id=\"|url\(#|href=\"#)([^\")]+)")


@dataclass(frozen=True)
class Chart:
    """A drawn chart.

    `data` are the values that were plotted, `alt` says for those who cannot see it what kind of chart it is, what it
    shows and what is found.
    """

    figure: Figure
    data: pd.DataFrame
    headline: str
    subtitle: str
    alt: str

    def svg(self, name: str) -> str:
        """The picture to stand inside a page: its ids begin with `name`, and it carries its words as title."""
        head = _HEAD.search(text := self._drawn("svg").decode("utf-8"))
        assert head is not None
        body = _IDS.sub(lambda found: f"{found[1]}{name}-{found[2]}", text[head.end() :])
        title = f'<title id="{name}-alt">{escape(self.alt)}</title>'
        start = f'<svg viewBox="{head[1]}" role="img" aria-labelledby="{name}-alt" xmlns="http://www.w3.org/2000/svg" '
        return f'{start}xmlns:xlink="http://www.w3.org/1999/xlink">{title}{body}'

    def save(self, folder: Path, name: str, formats: Sequence[str] = ("svg",)) -> list[Path]:
        """Write the picture, `name.csv` and `name.alt.txt`, each whole; returns the pictures."""
        written = []
        for kind in formats:
            path, content = folder / f"{name}.{kind}", self._drawn(kind)
            write_whole(path, lambda target, content=content: target.write_bytes(content))
            written.append(path)
        write_csv(folder / f"{name}.csv", self.data)
        write_whole(folder / f"{name}.alt.txt", lambda target: target.write_text(self.alt + "\n", encoding="utf-8"))
        return written

    def _drawn(self, kind: str) -> bytes:
        # Neither dates nor chance in the file: the same data give the same bytes.
        buffer = io.BytesIO()
        metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
        with look():
            import matplotlib as mpl

            with mpl.rc_context({"svg.hashsalt": "ttg-sim"}):
                self.figure.savefig(buffer, format=kind, dpi=DOTS, metadata=metadata)
        return buffer.getvalue()


def alt_text(*parts: str) -> str:
    """The words of a chart on one line, cut where they would be too long to be listened to."""
    text = " ".join(" ".join(parts).split())
    return text if len(text) <= LONGEST_ALT else text[: LONGEST_ALT - 1].rstrip() + "\u2026"


__all__ = ["FORMATS", "Chart", "NothingToDraw", "alt_text"]
