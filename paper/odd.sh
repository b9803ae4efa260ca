#!/bin/bash
# Typesets the description of the model: odd.sh SAMSKAB FOLDER leaves FOLDER/odd.pdf.
#
# It says nothing unless something is wrong: an error of LaTeX or BibTeX, a name that the program
# does not know, a reference or citation without its target, a mechanism of the schedule that the
# text leaves out, or a line that runs into the margin.
set -euo pipefail

samskab=$(realpath "$1")
folder=$2
source=$(realpath "$(dirname "$0")")

fail() {
    echo "odd.tex: $1" >&2
    exit 1
}

mkdir -p "$folder"
cd "$folder"
rm -f odd.aux odd.bbl odd.out odd.toc odd.pdf

# The tables are what the program says of itself: table COMMAND NAME.
table() {
    "$samskab" "$1" --format csv |
        awk -v table="$2" -v facts="facts-$2.tex" -f "$source/tables.awk" >"$2.tex"
}
table params parameters
table variables series
table variables columns
table schedule schedule
table schedule access
{
    cat facts-parameters.tex facts-schedule.tex
    printf '\\fact{version}{%s}\n' "$("$samskab" --version | sed 's/[_&%#]/\\&/g')"
} >facts.tex

while read -r mechanism; do
    grep -qF "\\mechanism{$mechanism}" "$source/odd.tex" ||
        fail "nothing describes the mechanism $mechanism: \\mechanism{$mechanism}"
done < <("$samskab" schedule --format csv | sed 1d | cut -d , -f 2)

latex() {
    TEXINPUTS=".:$source:" pdflatex -halt-on-error -interaction=nonstopmode -file-line-error \
        odd.tex >latex.txt 2>&1 && return
    grep -A 4 -E '^[^ ]+:[0-9]+: |^! ' latex.txt >&2 || tail -n 20 latex.txt >&2
    fail "pdflatex stopped; all it said is in $folder/latex.txt"
}

# A reference may itself cite, so that BibTeX runs twice.
latex
for _ in 1 2; do
    BIBINPUTS="$source:" bibtex odd >bibtex.txt 2>&1 || {
        cat bibtex.txt >&2
        fail "bibtex stopped"
    }
    latex
done
latex

wrong=$(grep -E 'undefined|multiply defined|Rerun to get|Overfull \\hbox' odd.log || true)
if [[ -n $wrong ]]; then
    echo "$wrong" >&2
    fail "the above; all that LaTeX said is in $folder/odd.log"
fi
