#!/usr/bin/env python3
"""Three figures from two run files: trajectories, a difference, who carries the hours.

    python3 figures.py ONE.h5 OTHER.h5 PICTURE.png

Both runs must have the same seed and replicates, and agents (`samskab run --agents WEEKS`).  Needs
xarray with h5netcdf, and matplotlib (Debian: python3-xarray python3-h5netcdf python3-matplotlib).
"""
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import xarray as xr

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#666666"  # told apart without colour vision
QUARTER, ONBOARDING = 13, 3  # weeks; from this status on a citizen co-produces


def half_width(values):
    """Half of the 95 % interval of a mean over replicates: Student's t, by its expansion."""
    n = values.sizes["replicate"] - 1
    z = 1.959964
    t = z + (z**3 + z) / (4 * n) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
    return t * values.std("replicate", ddof=1) / np.sqrt(n + 1)


def trajectories(axis, run):
    """Mean over replicates, and the range of nine in ten."""
    for name, colour, style in (("motivation", BLUE, "-"), ("burnout", ORANGE, "--"),
                                ("trust", GREY, ":")):
        series = run[name]
        low, high = (series.quantile(q, "replicate") for q in (0.05, 0.95))
        axis.fill_between(run.time / 52, low, high, color=colour, alpha=0.25, linewidth=0)
        axis.plot(run.time / 52, series.mean("replicate"), style, color=colour, label=name)
    axis.set(ylim=(0, 1), xlabel="years", title=run.title + ":\nco-producers, 0 to 1")
    axis.legend(frameon=False)


def difference(axis, run, other, name="hours_done"):
    """Quarter by quarter: the same chance in both runs, so what differs is the scenario."""
    change = (other[name] - run[name]).coarsen(time=QUARTER, boundary="trim").mean()
    mean, half = change.mean("replicate"), half_width(change)
    axis.axhline(0, color=GREY, linewidth=0.8)
    axis.fill_between(change.time / 52, mean - half, mean + half, color=BLUE, alpha=0.25,
                      linewidth=0)
    axis.plot(change.time / 52, mean, color=BLUE)
    axis.set(xlabel="years", ylabel=run[name].units,
             title=f"{other.title} minus the other:\n{run[name].long_name}")


def lorenz(path):
    """Shares of co-producers and of their hours, from those with the fewest; all replicates."""
    with xr.open_dataset(path, engine="h5netcdf", group="agents") as agents:
        last = agents.isel(agent_time=-1)
        hours = np.sort(last.recent_hours.values[last.status.values >= ONBOARDING])
    hours = np.cumsum(np.insert(hours.astype(float), 0, 0))
    return np.linspace(0, 1, len(hours)), hours / hours[-1]


def who_carries(axis, paths, titles):
    axis.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    for path, title, colour, style in zip(paths, titles, (BLUE, ORANGE), ("-", "--")):
        people, hours = lorenz(path)
        gini = 1 - 2 * np.trapz(hours, people)
        axis.plot(people, hours, style, color=colour, label=f"{title}\n(Gini {gini:.2f})")
    axis.set(xlabel="share of co-producers", ylabel="share of their hours",
             title="Who carries the hours\n(straight line: all alike)")
    axis.legend(frameon=False)


def main(one, other, picture):
    runs = [xr.open_dataset(path, engine="h5netcdf").isel(municipality=0) for path in (one, other)]
    if runs[0].sizes != runs[1].sizes:
        sys.exit("figures.py: the runs differ in weeks or replicates")
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.8), constrained_layout=True)
    trajectories(axes[0], runs[0])
    difference(axes[1], runs[0], runs[1])
    who_carries(axes[2], (one, other), [run.title for run in runs])
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.title.set(horizontalalignment="left", x=0, fontsize=10)
    figure.savefig(picture, dpi=80)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: figures.py ONE.h5 OTHER.h5 PICTURE.png")
    main(*sys.argv[1:])
