#!/bin/bash
# Installs what is missing, on Debian and Ubuntu: setup.sh build | test | tools | paper [mpi]
#
#   build  what building and running need
#   test   that and what the tests need
#   tools  that and the second compiler and the checkers of `make lint`, `tsan`, `check-format`
#   paper  what building and `make paper` need
#   mpi    after one of these: also what `make MPI=1` needs
#
# Elsewhere, or where nothing may be installed, it names the packages and stops.
set -euo pipefail

build=(
    "gcc|the C compiler"
    "libc6-dev|the C library's headers"
    "make|builds the program"
    "pkg-config|finds the libraries"
    "libgsl-dev|GSL, distributions and statistics"
    "libhdf5-dev|HDF5, run files"
    "libfyaml-dev|libfyaml, reads scenarios"
    "libjansson-dev|jansson, JSON"
    "nettle-dev|nettle, SHA-256 seals of files"
    "libseccomp-dev|optional: shuts in what reads files of strangers (--untrusted)"
    "librandom123-dev|Random123, random streams"
    "node-d3|D3, the pictures of reports"
)
test=(
    "libcmocka-dev|cmocka, runs the tests"
    "libopenmpi-dev|optional: Open MPI, to test ranks"
    "openmpi-bin|optional: mpirun, the same"
    "netcdf-bin|optional: ncdump, to test that run files open as netCDF"
    "python3-xarray|optional: the same from Python"
    "python3-h5netcdf|optional: the same from Python"
    "python3-netcdf4|optional: the same from Python"
    "python3-h5py|optional: the same from Python"
    "chromium|optional: a browser, to test reports"
)
tools=(
    "clang|the second C compiler"
    "libomp-dev|OpenMP for clang"
    "llvm|readable reports of ThreadSanitizer"
    "clang-format-14|the layout of the source"
    "clang-tidy|static analysis"
    "cppcheck|static analysis"
    "shellcheck|checks the scripts"
    "valgrind|finds memory that was never written"
    "dieharder|optional: batteries of tests of random numbers"
    "python3-matplotlib|optional: to test analysis/examples"
    "r-base-core|optional: the same"
    "r-cran-ncdf4|optional: the same"
    "gnuplot-nox|optional: the same"
    "python3-networkx|optional: to test that others read exported networks"
    "python3-igraph|optional: the same"
)
paper=(
    "texlive-latex-base|LaTeX and BibTeX"
    "texlive-latex-recommended|LaTeX's packages for tables"
    "lmodern|the typeface"
)

mpi=(
    "libopenmpi-dev|Open MPI, for ranks that work together"
    "openmpi-bin|mpirun, starts them"
)

case ${1:-} in
build) wanted=("${build[@]}") ;;
test) wanted=("${build[@]}" "${test[@]}") ;;
tools) wanted=("${build[@]}" "${test[@]}" "${tools[@]}") ;;
paper) wanted=("${build[@]}" "${paper[@]}") ;;
*)
    echo "use: $0 build|test|tools|paper [mpi]" >&2
    exit 2
    ;;
esac
[[ ${2:-} == mpi ]] && wanted+=("${mpi[@]}")

# Without dpkg: by what the package is there for, and by name where that is all there is to it.
present() {
    if command -v dpkg-query >/dev/null; then
        case $(dpkg-query -W -f='${db:Status-Status} ' "$1" 2>/dev/null) in
        *installed*) return 0 ;;
        esac
    fi
    case $1 in
    gcc) command -v gcc || command -v cc ;;
    make | clang | clang-tidy | cppcheck | shellcheck | valgrind) command -v "$1" ;;
    pkg-config) command -v pkg-config ;;
    libc6-dev) echo '#include <stdio.h>' | "${CC:-cc}" -E - ;;
    libgsl-dev) pkg-config --exists gsl ;;
    libhdf5-dev) pkg-config --exists hdf5-serial || pkg-config --exists hdf5 ;;
    libfyaml-dev) pkg-config --exists libfyaml ;;
    libjansson-dev) pkg-config --exists jansson ;;
    libseccomp-dev) pkg-config --exists libseccomp ;;
    nettle-dev) pkg-config --exists nettle ;;
    node-d3) test -r /usr/share/nodejs/d3/dist/d3.min.js ;;
    librandom123-dev) echo '#include <Random123/philox.h>' | "${CC:-cc}" -E - ;;
    libcmocka-dev) pkg-config --exists cmocka ;;
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    libopenmpi-dev) command -v mpicc ;;
    openmpi-bin) command -v mpirun ;;
    netcdf-bin) command -v ncdump ;;
    python3-xarray) python3 -c 'import xarray' ;;
    python3-h5netcdf) python3 -c 'import h5netcdf' ;;
    python3-netcdf4) python3 -c 'import netCDF4' ;;
    python3-matplotlib) python3 -c 'import matplotlib' ;;
    python3-networkx) python3 -c 'import networkx' ;;
    python3-igraph) python3 -c 'import igraph' ;;
    r-base-core) command -v Rscript ;;
    r-cran-ncdf4) Rscript -e 'library(ncdf4)' ;;
    gnuplot-nox) command -v gnuplot ;;
    python3-h5py) python3 -c 'import h5py' ;;
    clang-format-14) command -v clang-format-14 ;;
    texlive-latex-base) command -v pdflatex && command -v bibtex ;;
    texlive-latex-recommended) kpsewhich microtype.sty ;;
    lmodern) kpsewhich lmodern.sty ;;
    llvm) command -v llvm-symbolizer ;;
    *) false ;;
    esac >/dev/null 2>&1
}

missing=()
needed=0
list=
for entry in "${wanted[@]}"; do
    name=${entry%%|*}
    present "$name" && continue
    missing+=("$name")
    list+="$(printf '  %-18s %s' "$name" "${entry#*|}")"$'\n'
    [[ $entry == *"|optional"* ]] || needed=1
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

# Ends well when only optional packages are missing.
give_up() {
    echo "$1" >&2
    if [[ $needed -eq 0 ]]; then
        echo "They are optional: what needs them is skipped." >&2
        exit 0
    fi
    echo "Please install them, then try again." >&2
    exit 1
}

echo "samskab needs these packages, which are missing:" >&2
printf '%s' "$list" >&2

command -v apt-get >/dev/null ||
    give_up "This is neither Debian nor Ubuntu; the names above are Debian's."
if [[ $(id -u) -eq 0 ]]; then
    as_root=(env DEBIAN_FRONTEND=noninteractive)
elif command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
    as_root=(sudo env DEBIAN_FRONTEND=noninteractive)
else
    give_up "Installing them takes root: sudo apt-get install -y ${missing[*]}"
fi

echo "Installing them with apt-get (${as_root[0]/env/as root})." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Optional packages that this distribution does not have stand in no other's way.
known() {
    local entry name
    known=()
    for entry in "${wanted[@]}"; do
        name=${entry%%|*}
        [[ " ${missing[*]} " == *" $name "* ]] || continue
        [[ $entry != *"|optional"* || -n $(apt-cache madison "$name" 2>/dev/null) ]] &&
            known+=("$name")
    done
    return 0
}
if ! { "${as_root[@]}" apt-get update -q && known && [[ ${#known[@]} -gt 0 ]] &&
    "${as_root[@]}" apt-get install -q -y --no-install-recommends "${known[@]}"; } \
    >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    give_up "apt-get could not install: ${missing[*]}"
fi
echo "Installed." >&2
