# Turns what the program says of itself, as CSV, into a longtable of LaTeX:
#
#   awk -v table=NAME [-v facts=FILE] -f tables.awk
#
#   parameters   samskab params         facts: the default of every parameter, by its key
#   series       samskab variables
#   columns      samskab variables
#   schedule     samskab schedule       facts: what is said of every mechanism, by its name
#   access       samskab schedule

function fields(line,    n, c, i, quoted) {
    n = 1; quoted = 0
    split("", field); field[1] = ""
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (quoted && c == "\"" && substr(line, i + 1, 1) == "\"") { field[n] = field[n] c; i++ }
        else if (c == "\"") quoted = !quoted
        else if (c == "," && !quoted) field[++n] = ""
        else field[n] = field[n] c
    }
}
function escape(text,    out, i, c) {
    out = ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "\\") c = "\\textbackslash{}"
        else if (c == "~") c = "\\textasciitilde{}"
        else if (c == "^") c = "\\textasciicircum{}"
        else if (c == "<" || c == ">") c = "$" c "$"
        else if (index("{}$&#_%", c)) c = "\\" c
        out = out c
    }
    while (match(out, /"[^"]*"/))
        out = substr(out, 1, RSTART - 1) "``" substr(out, RSTART + 1, RLENGTH - 2) \
              "''" substr(out, RSTART + RLENGTH)
    return out
}
# A name in typewriter that may be broken after a dot or an underscore.
function name(text) {
    text = escape(text)
    gsub(/\./, ".\\allowbreak{}", text)
    gsub(/\\_/, "\\_\\allowbreak{}", text)
    return "\\texttt{" text "}"
}
function names(list,    n, part, i, out) {
    n = split(list, part, ", ")
    out = ""
    for (i = 1; i <= n; i++) out = out (i > 1 ? ", " : "") name(part[i])
    return out
}
function cite(keys) {
    gsub(/ /, "", keys)
    return keys == "" ? "" : keys == "assumption" ? "a" : "\\cite{" keys "}"
}
function columns_are(expected) {
    if ($0 == expected) return
    print "tables.awk: the columns are " $0 ", not " expected > "/dev/stderr"
    exit 1
}
function header(columns, titles) {
    print "\\begin{longtable}{@{}" columns "@{}}\n\\toprule\n" titles " \\\\\n\\midrule\n\\endhead"
    print "\\bottomrule\n\\endfoot"
}

function symbol(text,    sign, base, low) {
    if (text == "") return ""
    sign = ""
    if (text ~ /[+-]$/) { sign = "^{" substr(text, length(text)) "}"; sub(/.$/, "", text) }
    base = text; low = ""
    if (match(text, /_/)) { base = substr(text, 1, RSTART - 1); low = substr(text, RSTART + 1) }
    else if (match(text, /[0-9]+$/)) {
        base = substr(text, 1, RSTART - 1)
        low = substr(text, RSTART)
    }
    return "$" letter(base) sign (low == "" ? "" : "_{" letter(low) "}") "$"
}
function letter(text) {
    if (text == "eps") return "\\varepsilon"
    if (text == "l") return "\\ell"
    if (index(" lambda mu nu rho sigma tau phi chi eta iota delta Pi ", " " text " ")) return "\\" text
    return length(text) == 1 || text ~ /^[0-9]+$/ ? text : "\\mathrm{" text "}"
}
# A unit that may be broken after its slash.
function breakable(unit) {
    gsub(/\//, "/\\allowbreak{}", unit)
    return unit
}
function often(weeks) {
    return weeks == 1 ? "week" : weeks == 13 ? "quarter" : weeks == 52 ? "year" : weeks " weeks"
}

table == "parameters" && NR == 1 {
    columns_are("name,symbol,unit,default,range,level,meaning,source")
    header("L{4.0cm}L{1.1cm}L{2.2cm}L{2.3cm}L{4.6cm}L{1.2cm}", \
           "key & symbol & default & range & meaning & source")
}
table == "parameters" && NR > 1 {
    fields($0)
    unit = field[3]
    value = field[4]
    range = field[5]
    if (range ~ /^\[/) {
        sub(/ \(.*/, "", range)
        sub(/9007199254740991/, "2^{53} - 1", range)
        range = "$" range "$"
    }
    else { sub(/^one of /, "", range); range = escape(range) }
    shown = escape(value) (unit == "1" || unit == "" ? "" : "~" breakable(escape(unit)))
    print name(field[1]) " & " symbol(field[2]) " & " shown " & " range " & " escape(field[7]) \
          " & " cite(field[8]) " \\\\"
    print "\\fact{p:" field[1] "}{" escape(value) "}" > facts
}

(table == "series" || table == "columns") && NR == 1 {
    columns_are("of,name,unit,type,role,meaning")
    if (table == "series") header("L{4.6cm}L{2.4cm}L{8.9cm}", "series & unit & meaning")
    else header("L{5.4cm}L{1.6cm}L{1.3cm}L{7.5cm}", "column & unit & role & meaning")
}
(table == "series" || table == "columns") && NR > 1 {
    fields($0)
    if ((field[5] == "weekly series") != (table == "series")) next
    unit = field[3] == "1" ? "" : escape(field[3])
    if (table == "series") print name(field[2]) " & " unit " & " escape(field[6]) " \\\\"
    else print name(field[1] "." field[2]) " & " unit " & " escape(field[5]) " & " \
               escape(field[6]) " \\\\"
}

(table == "schedule" || table == "access") && NR == 1 {
    columns_are("step,mechanism,equation,over,every,reads,writes,meaning,when_off,source")
    if (table == "access") header("L{3.1cm}L{6.4cm}L{6.4cm}", "mechanism & reads & writes")
    else header("L{.7cm}L{3.0cm}L{.8cm}L{2.0cm}L{1.2cm}L{7.6cm}", \
                "step & mechanism & & each & every & meaning")
}
(table == "schedule" || table == "access") && NR > 1 {
    fields($0)
    if (table == "access") {
        print name(field[2]) " & " names(field[6]) " & " names(field[7]) " \\\\"
        next
    }
    print field[1] " & " name(field[2]) " & " field[3] " & " field[4] " & " often(field[5]) " & " \
          escape(field[8]) " \\\\"
    print "\\fact{m:" field[2] "}{" name(field[2]) " (step " field[1] ", each " field[4] \
          ", every " often(field[5]) ")" (field[10] == "" ? "" : "~" cite(field[10])) ": " \
          escape(field[8]) "." (field[9] == "" ? " Part of the book-keeping: it stays on." : \
          " \\emph{Switched off:} " escape(field[9]) ".") "}" > facts
}

END { if (NR > 1) print "\\end{longtable}" }
