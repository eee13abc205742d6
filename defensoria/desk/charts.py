"""Charts of the planning panel, drawn here as SVG files. Each stands beside its table, which says the same."""

from collections.abc import Mapping, Sequence

import pygal
from pygal.style import Style

from defensoria.desk import wording

_WIDTH = 1000
_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#4a5c52",
    foreground_strong="#17241d",
    foreground_subtle="#cbd7ce",
    colors=("#14523c", "#a86500"),
    font_family="sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
)
_LARGEST_DOT, _SMALLEST_DOT = 34.0, 2.5


def bars(labels: Sequence[str], values: Sequence[float]) -> bytes:
    """Lying bars, the first on top."""
    chart = pygal.HorizontalBar(
        js=(),
        style=_STYLE,
        width=_WIDTH,
        height=60 + 26 * max(len(labels), 3),
        show_legend=False,
        spacing=4,
        value_formatter=wording.number,
    )
    chart.x_labels = list(reversed(labels))
    chart.add("", list(reversed(values)))
    return bytes(chart.render())


def columns(labels: Sequence[str], values: Sequence[float]) -> bytes:
    """Standing bars in the order given, such as of time; of many labels only some are written."""
    chart = pygal.Bar(
        js=(),
        style=_STYLE,
        width=_WIDTH,
        height=280,
        show_legend=False,
        value_formatter=wording.number,
        spacing=4,
        x_label_rotation=0,
        show_minor_x_labels=False,
        x_labels_major_every=max(len(labels) // 10, 1),
    )
    chart.x_labels = list(labels)
    chart.add("", list(values))
    return bytes(chart.render())


def bubbles(places: Mapping[str, tuple[float, float]], values: Mapping[str, int]) -> bytes:
    """Towns where they lie, each with a dot as large as its number, and a small one where there is none.

    Args:
        places: name → longitude and latitude in degrees.
        values: name → number.
    """
    most = max([*values.values(), 1])
    chart = pygal.XY(
        js=(),
        style=_STYLE,
        width=_WIDTH,
        height=860,
        stroke=False,
        show_legend=False,
        show_x_labels=False,
        show_y_labels=False,
        show_x_guides=False,
        show_y_guides=False,
    )
    quiet = [_dot(name, at, 0, most) for name, at in places.items() if not values.get(name)]
    loud = [_dot(name, at, values[name], most) for name, at in places.items() if values.get(name)]
    chart.add("", loud)
    chart.add("", quiet)
    return bytes(chart.render())


def _dot(name: str, at: tuple[float, float], value: int, most: int) -> dict[str, object]:
    # The area tells the number, not the radius.
    radius = max(_LARGEST_DOT * (value / most) ** 0.5, _SMALLEST_DOT)
    return {"value": at, "node": {"r": radius}, "label": f"{name}: {wording.number(value)}"}
