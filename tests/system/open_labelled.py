#!/usr/bin/python3
"""Whether a run file opens labelled in xarray: open_labelled.py ENGINE FILE NAME... -- VARIABLE...

ENGINE is netcdf4 or h5netcdf, NAME a municipality that must be found by its name.  Every VARIABLE
must be a series on (replicate, time, municipality) with units and a long name and finite or missing
numbers.  Exit status 0 when all holds, 77 when a package is absent, 1 with a sentence otherwise."""
import sys

try:
    import numpy
    import xarray

    if sys.argv[1] == "netcdf4":
        import netCDF4
    else:
        import h5netcdf
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

DIMENSIONS = ("replicate", "time", "municipality")


def text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def names_in(dataset):
    """All labels that lie along the municipalities."""
    found = set()
    for variable in dataset.variables.values():
        if variable.dims == ("municipality",) and variable.dtype.kind in "OSU":
            found.update(text(v) for v in variable.values)
    return found


def faults(dataset, names, variables):
    for dimension in DIMENSIONS:
        if dimension not in dataset.sizes:
            yield f"dimension {dimension} is absent"
        elif dimension not in dataset.variables:
            yield f"dimension {dimension} has no labels"
    labels = names_in(dataset)
    for name in names:
        if name not in labels:
            yield f"municipality {name} is not among the labels {sorted(labels)}"
    for attribute in ("Conventions", "title", "source", "history"):
        if not text(dataset.attrs.get(attribute, "")):
            yield f"attribute {attribute} is absent or empty"
    for name in variables:
        if name not in dataset.variables:
            yield f"variable {name} is absent"
            continue
        variable = dataset[name]
        if variable.dims != DIMENSIONS:
            yield f"variable {name} is on {variable.dims}"
        for attribute in ("units", "long_name"):
            if not text(variable.attrs.get(attribute, "")):
                yield f"variable {name} has no {attribute}"
        if numpy.isinf(variable.values).any():
            yield f"variable {name} is infinite somewhere"
    population = dataset.variables.get("population")
    if population is not None and not (population.values > 0).all():
        yield "population is not positive everywhere"


def main(engine, path, *rest):
    cut = rest.index("--")
    with xarray.open_dataset(path, engine=engine, decode_times=False) as dataset:
        found = list(faults(dataset, rest[:cut], rest[cut + 1 :]))
    for fault in found:
        print(f"{path}: {engine}: {fault}")
    return 1 if found else 0


sys.exit(main(*sys.argv[1:]))
