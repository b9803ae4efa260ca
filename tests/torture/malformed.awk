# Malformed scenarios and plans with what must be said of each, from the text of the tables:
#
#     awk -v folder=FOLDER -f malformed.awk models/params.def models/events.h
#
# For every parameter a value below its range and one above, NaN, a text, a list, a mapping, nothing,
# the key twice and misspelt, at a level where it has no place, in a table of municipalities, in the
# settings of a plan and in its design; for every kind of shock the like.  NAME.yaml goes to FOLDER,
# what must be said to NAME.expected, and a line "scenario NAME" or "plan NAME" to standard output.
# Ranges and places are worked out here and nowhere asked of the program.

BEGIN {
    FS = "\""
    latest = 65535 # week of a shock
    run_only = " holds for the whole run and cannot differ between municipalities"
}

# --- the tables ---------------------------------------------------------------------------------

/^(RUN_)?(REAL|COUNT|CHOICE)\(/ {
    n = ++params
    split($1, head, "(")
    type[n] = head[1]
    of_run[n] = sub(/^RUN_/, "", type[n])
    key[n] = $2
    if (type[n] == "CHOICE") {
        first[n] = $6
        sub(/\|.*/, "", first[n])
        range[n] = "one of " $6
        gsub(/\|/, ", ", range[n])
        next
    }
    split($7, number, /, */)
    first[n] = number[2]
    lo[n] = number[3]
    hi[n] = number[4]
    range[n] = interval(lo[n], hi[n], $6)
}

/^#define EVENTS/ { in_events = 1; next }
in_events {
    events_text = events_text $0
    if (!sub(/\\$/, "", events_text)) in_events = 0
}

function interval(low, high, unit) {
    return "[" low ", " high "]" (unit == "1" || unit == "" ? "" : " (" unit ")")
}

function read_events(    piece, count, i, part, number) {
    count = split(events_text, piece, /EVENT\(/)
    for (i = 2; i <= count; i++) {
        split(piece[i], part, "\"")
        split(part[5], number, /, */)
        kind[i - 1] = part[2]
        kind_lo[i - 1] = number[2]
        kind_hi[i - 1] = number[3]
        kind_range[i - 1] = interval(number[2], number[3], part[4])
        kind_list = kind_list (i > 2 ? ", " : "") part[2]
    }
    return count - 1
}

# --- one file -----------------------------------------------------------------------------------

function blanks(count) {
    return sprintf("%" count "s", "")
}

# Begins a file after some lines of comment, so that no two parameters err in the same line.
function begin(    i) {
    name = sprintf("%05d", ++files)
    text = ""
    lines = 0
    said = ""
    for (i = files % 7; i > 0; i--) add("# " i)
}

function add(line) {
    text = text line "\n"
    shown[++lines] = line
}

# What must be said of a place of the last line.
function expect(column, message) {
    said = said name ".yaml:" lines ":" column ": " message "\n    " shown[lines] "\n    " \
        (column > 1 ? blanks(column - 1) : "") "^\n"
}

function finish(what) {
    printf "%s", text > (folder "/" name ".yaml")
    close(folder "/" name ".yaml")
    printf "%s", said > (folder "/" name ".expected")
    close(folder "/" name ".expected")
    print what, name
}

# Writes "key: value" below `margin`, every other file with its sections opened one by one, and
# leaves in `at` where the value stands and in `word_at` where the key does.
function give(dotted, value, margin,    part, count, i) {
    count = files % 2 ? 1 : split(dotted, part, ".")
    if (count == 1) part[1] = dotted
    for (i = 1; i < count; i++) {
        add(margin part[i] ":")
        margin = margin "  "
    }
    add(margin part[count] ":" (value == "" ? "" : " " value))
    word_at = length(margin) + 1
    at = word_at + length(part[count]) + 2
}

# --- values -------------------------------------------------------------------------------------

function below(n) {
    if (type[n] == "CHOICE") return "-1"
    return sprintf("%.12g", lo[n] - (type[n] == "COUNT" ? 1 : (hi[n] - lo[n]) / 1000))
}

function above(n) {
    if (type[n] == "CHOICE") return "99"
    if (hi[n] > 1e15) return "1e300"
    return sprintf("%.12g", hi[n] + (type[n] == "COUNT" ? 1 : (hi[n] - lo[n]) / 1000))
}

# "must lie in" for a number, what it should be for anything else.
function must(n, is_number) {
    if (type[n] == "CHOICE") return "must be " range[n]
    if (is_number) return "must lie in " range[n]
    return (type[n] == "COUNT" ? "must be a whole number in " : "must be a number in ") range[n]
}

function refuse(n, value, called, is_number) {
    begin()
    give(key[n], value, "")
    expect(value == "" ? word_at : at, key[n] " is " called ", " must(n, is_number))
    finish("scenario")
}

function twice(n) {
    begin()
    add(key[n] ": " first[n])
    add(key[n] ": " first[n])
    expect(1, key[n] " is given twice, first in line " (lines - 1))
    finish("scenario")
}

# The first of the table whose name is as near as the one that was meant.
function nearest(n,    i) {
    for (i = 1; i < n; i++)
        if (length(key[i]) == length(key[n]) + 1 && index(key[i], key[n]) == 1) return key[i]
    return key[n]
}

function misspell(n) {
    begin()
    give(key[n] "z", first[n], "")
    expect(word_at, key[n] "z is unknown; did you mean " nearest(n) "?")
    finish("scenario")
}

# In a municipality: a key of the whole run, or a value out of range.
function in_place(n) {
    begin()
    add("municipalities:")
    add("  - name: Faxe")
    give(key[n], of_run[n] ? first[n] : above(n), "    ")
    if (of_run[n]) expect(at, key[n] run_only)
    else expect(at, key[n] " is " above(n) ", " must(n, 1))
    finish("scenario")
}

# The same in a table of municipalities.
function in_table(n,    csv) {
    begin()
    csv = name ".csv"
    add("municipalities: {table: " csv "}")
    printf "name,%s\nFaxe,%s\nOdense,%s\n", key[n], first[n], above(n) > (folder "/" csv)
    close(folder "/" csv)
    if (of_run[n])
        said = csv ":1: " key[n] run_only "\n"
    else
        said = csv ":3: " key[n] " is " above(n) ", " must(n, 1) "\n"
    finish("scenario")
}

function begin_plan() {
    begin()
    add("base: base.yaml")
    add("keep: [output]")
}

function in_plan(n) {
    begin_plan()
    add("settings:")
    give(key[n], above(n), "  ")
    expect(at, key[n] " is " above(n) ", " must(n, 1))
    add("design: {arms: [{name: as it is}]}")
    finish("plan")
}

function in_design(n,    value) {
    value = type[n] == "CHOICE" ? "soon" : below(n)
    begin_plan()
    add("design: {grid: {" key[n] ": [" first[n] ", " value "]}}")
    if (key[n] == "weeks" || key[n] == "seed" || key[n] == "replicates")
        expect(length("design: {grid: {") + 1, key[n] " is the same in all points; set it for the plan")
    else
        expect(length("design: {grid: {" key[n] ": [" first[n] ", ") + 1,
            key[n] " is " value ", " must(n, 1))
    finish("plan")
}

# --- shocks -------------------------------------------------------------------------------------

# A shock of this kind with one of its keys as said; `column` is that of the value.
function shock(k, wrong, value, message,    keys, values, i) {
    begin()
    add("shocks:")
    split("kind week length size", keys, " ")
    split(kind[k] " 3 2 " kind_hi[k], values, " ")
    for (i = 1; i <= 4; i++) {
        if (keys[i] == wrong && value == "") continue
        if (keys[i] == wrong) values[i] = value
        add((added[name]++ ? "    " : "  - ") keys[i] ": " values[i])
        if (keys[i] == wrong) expect(length(keys[i]) + 7, message)
    }
    finish("scenario")
}

# A shock that lacks a key, of which the first line of the shock is shown.
function shock_without(k, wrong, message) {
    begin()
    add("shocks:")
    add("  - {" (wrong == "kind" ? "" : "kind: " kind[k] ", ") (wrong == "week" ? "" : "week: 3, ") \
        (wrong == "size" ? "" : "size: " kind_hi[k] ", ") "length: 2}")
    expect(5, wrong " is missing; " message)
    finish("scenario")
}

function shock_more(k, line, column, message) {
    begin()
    add("shocks:")
    add("  - kind: " kind[k])
    add("    week: 3")
    add("    size: " kind_lo[k])
    add("    " line)
    expect(column, message)
    finish("scenario")
}

function shocks(k,    weeks, step) {
    weeks = " [1, " latest "] (week)"
    step = (kind_hi[k] - kind_lo[k]) / 1000
    shock(k, "size", kind_lo[k] - step, "size is " (kind_lo[k] - step) ", must lie in " kind_range[k])
    shock(k, "size", kind_hi[k] + step, "size is " (kind_hi[k] + step) ", must lie in " kind_range[k])
    shock(k, "size", ".nan", "size is .nan, must lie in " kind_range[k])
    shock(k, "size", "soon", "size is soon, must be a number in " kind_range[k])
    shock(k, "size", "[1]", "size is a list, must be a number in " kind_range[k])
    shock(k, "week", "0", "week is 0, must lie in" weeks)
    shock(k, "week", latest + 1, "week is " (latest + 1) ", must lie in" weeks)
    shock(k, "week", "1.5", "week is 1.5, must be a whole number in" weeks)
    shock(k, "length", "0", "length is 0, must lie in" weeks)
    shock(k, "length", "soon", "length is soon, must be a whole number in" weeks)
    shock(k, "kind", kind[k] "z", "kind is " kind[k] "z, must be one of " kind_list "; did you mean " \
        kind[k] "?")
    shock_without(k, "kind", "it says what happens")
    shock_without(k, "week", "weeks count from 1")
    shock_without(k, "size", "for " kind[k] " it lies in " kind_range[k])
    shock_more(k, "lengthz: 2", 5, "lengthz is unknown in shocks; did you mean length?")
    shock_more(k, "week: 4", 5, "week is given twice, first in line " (files + 1) % 7 + 3)
    shock_more(k, "municipality: Atlantis", 19, "municipality is Atlantis, which is none of the municipalities")
}

END {
    for (n = 1; n <= params; n++) {
        refuse(n, below(n), below(n), 1)
        refuse(n, above(n), above(n), 1)
        refuse(n, ".nan", ".nan", 1)
        refuse(n, "soon", "soon", 0)
        refuse(n, "[1]", "a list", 0)
        refuse(n, "{a: 1}", "a mapping", 0)
        refuse(n, "", "empty", 0)
        if (type[n] == "COUNT") refuse(n, lo[n] ".5", lo[n] ".5", 0)
        twice(n)
        misspell(n)
        in_place(n)
        in_table(n)
        in_plan(n)
        in_design(n)
    }
    kinds = read_events()
    for (k = 1; k <= kinds; k++) shocks(k)
}
