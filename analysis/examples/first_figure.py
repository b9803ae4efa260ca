#!/usr/bin/env python3
"""The first figure of a run: people, hours, motivation and burnout over the years.

    python3 analysis/examples/first_figure.py faxe.h5 faxe.png

Lines are means over replicates, bands hold nine of ten replicates.  Needs xarray with h5netcdf or
netCDF4, and matplotlib (Debian: python3-xarray python3-h5netcdf python3-matplotlib).
"""
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import xarray as xr

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#666666"  # told apart without colour vision


def band(axis, series, label, colour, style="-"):
    """Mean and 5-95 % range over replicates of a series on (replicate, time)."""
    years = series.time / 52
    low, high = (series.quantile(q, "replicate") for q in (0.05, 0.95))
    axis.fill_between(years, low, high, color=colour, alpha=0.25, linewidth=0)
    axis.plot(years, series.mean("replicate"), style, color=colour, label=label, linewidth=1.4)


def draw(run, target):
    place = str(run.municipality_name.values[0])
    run = run.isel(municipality=0)
    figure, axes = plt.subplots(2, 2, figsize=(9, 6), sharex=True, constrained_layout=True)

    people = axes[0, 0]
    band(people, run.coproducers, "co-producers", BLUE)
    people.set_title("Who co-produces", loc="left")
    people.set_ylabel("persons")
    people.set_ylim(0, 1.25 * float(run.coproducers.max()))

    hours = axes[0, 1]
    band(hours, run.hours_done, "done", BLUE)
    band(hours, run.hours_unmet, "asked for, done by nobody", ORANGE, "--")
    hours.set_title("Hours a week, with the summer troughs", loc="left")
    hours.set_ylabel("h/week")
    hours.set_ylim(0, 1.35 * float(run.hours_done.max()))

    minds = axes[1, 0]
    band(minds, run.motivation, "motivation", BLUE)
    band(minds, run.burnout, "burnout", ORANGE, "--")
    band(minds, run.trust, "trust in the manager", GREY, ":")
    minds.set_ylim(0, 1)
    minds.set_title("How co-producers are (0 to 1)", loc="left")

    staff = axes[1, 1]
    band(staff, run.attitude, "attitude to volunteers", BLUE)
    staff.axhline(0, color=GREY, linewidth=0.8)
    staff.set_ylim(-1, 1)
    staff.set_title("Professionals: against (-1) to for (1)", loc="left")

    for axis in axes.flat:
        axis.legend(frameon=False, loc="upper right", fontsize=9)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[1]:
        axis.set_xlabel("years since start")
    figure.suptitle(f"{place}: {run.sizes['replicate']} runs that differ by chance only")
    figure.savefig(target, dpi=110)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: first_figure.py RUN.h5 PICTURE.png")
    with xr.open_dataset(sys.argv[1], engine="h5netcdf") as opened:
        draw(opened, sys.argv[2])
