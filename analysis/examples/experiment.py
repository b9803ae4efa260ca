#!/usr/bin/env python3
"""One outcome of an experiment: over a setting, or arm by arm beside the baseline.

    python3 experiment.py FILE.h5 OUTCOME PICTURE.png [SETTING]

With a SETTING that has numbers (a column of the design): means of the last year over it, a line for
each group of arms that are named alike up to their first comma.  Without: paired differences from
the baseline, or from the first arm, largest first.  Lines and dots carry intervals of 95 %.  Needs
xarray with h5netcdf, and matplotlib.
"""
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import xarray as xr

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#666666"  # told apart without colour vision
STYLES = ((BLUE, "-", "o"), (GREY, ":", "s"), (ORANGE, "--", "^"))
YEAR = 52


def half_width(values):
    """Half of the 95 % interval of a mean over replicates: Student's t, by its expansion."""
    n = values.sizes["replicate"] - 1
    z = 1.959964
    t = z + (z**3 + z) / (4 * n) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
    return t * values.std("replicate", ddof=1) / np.sqrt(n + 1)


def last_year(run, outcome):
    """[arm][replicate]: the last year, over all municipalities."""
    return run[outcome].isel(time=slice(-YEAR, None)).mean(("time", "municipality"))


def over_setting(run, outcome, setting, unit):
    figure, axis = plt.subplots(figsize=(5.5, 3.6), constrained_layout=True)
    values = last_year(run, outcome)
    groups = [str(name).split(",")[0] for name in run[unit + "_name"].values]
    for group, (colour, line, mark) in zip(dict.fromkeys(groups), STYLES):
        here = values.isel({unit: [k for k, name in enumerate(groups) if name == group]})
        at = run[setting].isel({unit: [k for k, name in enumerate(groups) if name == group]})
        axis.errorbar(at, here.mean("replicate"), half_width(here), color=colour, linestyle=line,
                      marker=mark, markersize=4, capsize=2, label=group)
    axis.set(xlabel=run[setting].attrs.get("long_name", setting), ylim=(0, None),
             ylabel=f"{outcome} ({run[outcome].units}), last year")
    axis.legend(frameon=False)
    return figure, axis


def beside_baseline(run, outcome, unit):
    names = [str(name) for name in run[unit + "_name"].values]
    base = names.index(run.attrs["baseline"]) if "baseline" in run.attrs else 0
    values = last_year(run, outcome)
    change = values - values.isel({unit: base})
    mean, half = change.mean("replicate").values, half_width(change).values
    order = [k for k in np.argsort(mean) if k != base]
    figure, axis = plt.subplots(figsize=(6.5, 1.3 + 0.17 * len(order)), constrained_layout=True)
    axis.errorbar(mean[order], np.arange(len(order)), xerr=half[order], fmt="o", color=BLUE,
                  markersize=4, capsize=2)
    axis.set_yticks(np.arange(len(order)), [names[k] for k in order], fontsize=7)
    axis.set_ylim(-0.7, len(order) - 0.3)
    axis.axvline(0, color=GREY, linewidth=0.8)
    axis.set_xlabel(f"{outcome} ({run[outcome].units}), last year\nmore than {names[base]}")
    return figure, axis


def main(path, outcome, picture, setting=None):
    with xr.open_dataset(path, engine="h5netcdf") as run:
        unit = str(run.attrs["unit"])
        if setting:
            figure, axis = over_setting(run, outcome, setting, unit)
        else:
            figure, axis = beside_baseline(run, outcome, unit)
        figure.suptitle(run.title, fontsize=10)
    axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture, dpi=80)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit("usage: experiment.py FILE.h5 OUTCOME PICTURE.png [SETTING]")
    main(*sys.argv[1:])
