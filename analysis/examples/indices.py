#!/usr/bin/env python3
"""What an outcome is sensitive to: Sobol' indices with their intervals.

    samskab sensitivity FILE.h5 --outcome NAME --format csv | python3 indices.py PICTURE.png

Of an experiment with a saltelli design.  Needs matplotlib.
"""
import csv
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#666666"  # told apart without colour vision


def read_indices(lines):
    """The outcome, and of each index {parameter: (value, low, high)}."""
    indices = {"S1": {}, "ST": {}}
    outcome = None
    for row in csv.DictReader(lines):
        if row["index"] in indices:
            outcome = row["outcome"]
            indices[row["index"]][row["parameter"]] = tuple(
                float(row[key]) for key in ("value", "low", "high"))
    if not indices["ST"]:
        sys.exit("no Sobol' indices: is it `samskab sensitivity FILE --format csv` of a saltelli design?")
    return outcome, indices


def main(picture):
    outcome, indices = read_indices(sys.stdin)
    names = sorted(indices["ST"], key=lambda name: indices["ST"][name][0])
    figure, axis = plt.subplots(figsize=(6.5, 1.3 + 0.32 * len(names)), constrained_layout=True)
    for index, shift, colour, mark, label in (("S1", 0.13, BLUE, "o", "alone (first order)"),
                                              ("ST", -0.13, ORANGE, "s", "with others (total)")):
        values = [indices[index][name] for name in names]
        places = [k + shift for k in range(len(names))]
        axis.hlines(places, [v[1] for v in values], [v[2] for v in values], color=colour)
        axis.plot([v[0] for v in values], places, mark, color=colour, markersize=4, label=label)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.axvline(0, color=GREY, linewidth=0.8)
    axis.set_xlabel(f"share of the variance of {outcome} between points")
    axis.legend(frameon=False, loc="lower right")
    axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture, dpi=80)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: samskab sensitivity FILE.h5 --format csv | indices.py PICTURE.png")
    main(sys.argv[1])
