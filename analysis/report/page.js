/* Draws the pictures of a report from the data in the page; analysis/report_json.h says what they
 * are.  A picture is an entry of `pictures`: whether the data allow it, what may be chosen, how it is
 * drawn, what it shows in words, and the table behind it. */
(function () {
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const W = data.words;
const locale = data.language === "da" ? "da-DK" : "en-GB";
const comma = data.language === "da";
const state = { area: 0 };

/* --- words and numbers ------------------------------------------------------------------------- */

function fill(text, ...values) {
    return text.replace(/\{(\d)\}/g, (all, i) => (values[i - 1] === undefined ? all : values[i - 1]));
}

function known(x) {
    return x !== null && x !== undefined && isFinite(x);
}

function digits(amount, kind) {
    if (kind === "share") return amount >= 9.95 || amount === 0 ? 0 : 1;
    if (amount > 0 && amount < 0.01) return kind === "score" ? 3 : amount < 1e-6 ? 2 : 1 - Math.floor(Math.log10(amount));
    return amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
}

function write(x, kind) {
    if (!known(x)) return "–";
    const share = kind === "share", n = digits(Math.abs(share ? 100 * x : x), kind);
    const shown = share ? 100 * x : Math.abs(x) >= 99999.5 ? Number(x.toPrecision(3)) : x;
    const text = new Intl.NumberFormat(locale, { minimumFractionDigits: n, maximumFractionDigits: n })
        .format(shown).replace("-", "−");
    return (/^−[0.,]*$/.test(text) ? text.slice(1) : text) + (share ? "\u00a0%" : "");
}

function plain(x) {
    return new Intl.NumberFormat(locale, { maximumSignificantDigits: 4 }).format(x).replace("-", "−");
}

function tick(kind) {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
    return x => (kind === "share" ? format.format(Math.round(1e6 * x) / 1e4) + "\u00a0%"
                                  : format.format(x)).replace("-", "−");
}

const count = x => new Intl.NumberFormat(locale).format(x);
const kindOf = k => data.outcomes[k].kind;
const labelOf = k => data.outcomes[k].label;
const unitOf = k => (kindOf(k) === "share" ? "" : data.outcomes[k].unit);
const withUnit = (x, k) => write(x, kindOf(k)) + (unitOf(k) ? " " + unitOf(k) : "");
const titled = k => labelOf(k) + (unitOf(k) && !data.outcomes[k].people ? ", " + unitOf(k) : "");
const outcome = name => data.outcomes.findIndex(o => o.name === name);
const cell = (arm, k) => {
    const c = data.cells[arm][state.area][k];
    return c && c.length === 2 ? [null, null, null, c[0], null, null, c[1]] : c;
};
const begin = text => text.charAt(0).toUpperCase() + text.slice(1);
const signed = (x, text) => (x > 0 ? "+" : "") + text;
const share = k => kindOf(k) === "share";
/* Differences of shares are in percentage points. */
const difference = (x, k) => (known(x) ? signed(x, share(k) ? write(100 * x, "amount") : write(x, kindOf(k))) : "–");
const differenceUnit = k => (share(k) ? W.points : unitOf(k));
const short = (text, n) => (text.length > n ? text.slice(0, n - 1) + "…" : text);

function time(week) {
    if (data.weeks < 104) return W.week + " " + week;
    const year = week / 52;
    return W.year + " " + new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(year);
}

/* --- small pieces of HTML ---------------------------------------------------------------------- */

function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
        if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
        else if (value !== false) node.setAttribute(name, value === true ? "" : value);
    node.append(...children.filter(c => c !== null));
    return node;
}

function chooser(label, options, value, change) {
    const select = make("select", { onchange: () => change(Number(select.value)) });
    options.forEach((text, i) => {
        if (text !== null)
            select.append(make("option", { value: i, selected: i === value }, text));
    });
    return make("label", {}, label, select);
}

function tableOf(t) {
    const kind = h => (h === "" ? "spark" : false); /* a column of small pictures has no head */
    const head = make("tr", {}, ...t.head.map(h => (h === "" ? make("td", { class: kind(h) }) : make("th", { scope: "col" }, h))));
    const rows = t.rows.map(r => make("tr", {}, ...r.map((c, i) =>
        make(i ? "td" : "th", i ? { class: kind(t.head[i]) } : { scope: "row" }, typeof c === "number" ? plain(c) : c === null ? "–" : c))));
    return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t.label },
        make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
}

/* --- saving ------------------------------------------------------------------------------------ */

function save(name, type, text) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = make("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/* As the spreadsheets of the language expect it. */
function csvOf(t) {
    const mark = comma ? ";" : ",";
    const text = c => {
        if (c === null || c === undefined) return "";
        if (typeof c === "number") return comma ? String(c).replace(".", ",") : String(c);
        return /[",;\n]/.test(c) ? '"' + c.replace(/"/g, '""') + '"' : c;
    };
    return "\ufeff" + [t.head, ...t.rows].map(r => r.map(text).join(mark)).join("\r\n") + "\r\n";
}

/* A copy that looks the same without the style sheet, on white. */
function svgOf(svg, title, text) {
    const root = document.documentElement, before = root.dataset.theme;
    root.dataset.theme = "light";
    const copy = svg.cloneNode(true), from = svg.querySelectorAll("*"), to = copy.querySelectorAll("*");
    const kept = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "opacity",
        "font-family", "font-size", "font-weight", "text-anchor", "paint-order"];
    from.forEach((node, i) => {
        const style = getComputedStyle(node);
        for (const name of kept) to[i].setAttribute(name, style.getPropertyValue(name));
        to[i].removeAttribute("class");
        to[i].removeAttribute("style");
    });
    if (before === undefined) delete root.dataset.theme;
    else root.dataset.theme = before;
    const [, , w, h] = svg.getAttribute("viewBox").split(" ").map(Number);
    copy.querySelectorAll("[data-hover]").forEach(n => n.remove());
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", w);
    copy.setAttribute("height", h);
    for (const name of ["tabindex", "style", "class"]) copy.removeAttribute(name);
    const piece = (tag, t) => {
        const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
        node.textContent = t;
        return node;
    };
    const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    paper.setAttribute("width", w);
    paper.setAttribute("height", h);
    paper.setAttribute("fill", "#ffffff");
    copy.prepend(piece("title", title), piece("desc", text), paper);
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(copy);
}

/* --- marks: a colour, a dash and a symbol each ------------------------------------------------- */

const dashes = [null, "8 4", "2 3", "10 3 2 3", "14 5", "5 2 1 2", "1 4"];
const symbols = [d3.symbolCircle, d3.symbolSquare, d3.symbolTriangle, d3.symbolDiamond,
    d3.symbolCross, d3.symbolStar, d3.symbolWye];
const colour = i => "var(--c" + (i % 7) + ")";
const dash = i => dashes[i % 7];
const symbol = (i, size) => d3.symbol().type(symbols[i % 7]).size(size || 70)();
const shade = t => d3.interpolateCividis(1 - t);

/* Draws names with their marks in as many rows as it takes; returns the height. */
function legend(svg, items, width, y) {
    let x = 0, row = 0;
    items.forEach(item => {
        const text = short(item.text, Math.max(14, Math.floor(width / 8) - 6)), w = 44 + 7.2 * text.length;
        if (x > 0 && x + w > width) { x = 0; row++; }
        const g = svg.append("g").attr("transform", `translate(${x},${y + 20 * row})`);
        if (item.line !== false)
            g.append("line").attr("x2", 30).attr("y1", 0).attr("y2", 0).attr("class", "bar")
                .style("stroke", colour(item.i)).attr("stroke-dasharray", dash(item.i));
        g.append("path").attr("d", symbol(item.i)).attr("transform", "translate(15,0)").style("fill", colour(item.i));
        g.append("text").attr("x", 36).attr("y", 4.5).text(text).append("title").text(item.text);
        x += w;
    });
    return 20 * (row + 1) + 6;
}

/* From zero where the numbers come near it; says so where it does not. */
function scaleOf(low, high, range) {
    if (!(low <= high)) { low = 0; high = 1; }
    let cut = !(low <= 0 || low < 0.6 * high) && low > 0;
    if (low > 0 && !cut) low = 0;
    if (high === low) { high += Math.abs(high) * 0.05 || 1; if (low > 0) { low -= Math.abs(low) * 0.05; cut = true; } }
    return { scale: d3.scaleLinear().domain([low, high]).nice(5).range(range), cut };
}

function axisLeft(svg, y, x0, x1, format) {
    const g = svg.append("g").attr("class", "grid");
    y.ticks(5).forEach(t => g.append("line").attr("x1", x0).attr("x2", x1).attr("y1", y(t)).attr("y2", y(t)));
    svg.append("g").attr("class", "axis").attr("transform", `translate(${x0},0)`)
        .call(d3.axisLeft(y).ticks(5).tickFormat(format).tickSize(0).tickPadding(6)).select(".domain").remove();
}

function axisBottom(svg, x, y, ticks, format, label, width) {
    const g = svg.append("g").attr("class", "axis").attr("transform", `translate(0,${y})`);
    const axis = d3.axisBottom(x).tickFormat(format).tickSizeOuter(0);
    g.call(Array.isArray(ticks) ? axis.tickValues(ticks) : axis.ticks(ticks));
    if (label)
        svg.append("text").attr("class", "soft").attr("x", width).attr("y", y + 34).attr("text-anchor", "end").text(label);
}

/* Width that numbers on the left need. */
function leftOf(y, format) {
    return 10 + 7.2 * d3.max(y.ticks(5), t => format(t).length);
}

/* --- a picture on the page --------------------------------------------------------------------- */

const drawn = [];

function place(picture) {
    const id = picture.id, values = {}, host = make("div", { class: "plot" });
    const see = make("p", { class: "see", id: id + "-see" }), caption = make("figcaption", {});
    const live = make("p", { class: "sr", "aria-live": "polite" });
    const controls = make("div", { class: "controls" }), behind = make("div", {});
    const buttons = make("div", { class: "buttons" });
    const svg = picture.draw && d3.select(host).append("svg").attr("tabindex", picture.keys ? 0 : null);
    const tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    if (svg) host.append(tip);
    (picture.choices ? picture.choices() : []).forEach(c => {
        values[c.name] = c.value;
        if (c.options.filter(o => o !== null).length > 1)
            controls.append(chooser(c.label, c.options, c.value, v => { values[c.name] = v; update(); }));
    });
    let width = 0;
    const view = { values, tip: (text, x, y) => {
        tip.hidden = text === null;
        if (text === null) return;
        tip.textContent = text;
        const scale = host.clientWidth / width, w = tip.offsetWidth;
        tip.style.left = Math.max(0, Math.min(x * scale + 12, host.clientWidth - w)) + "px";
        tip.style.top = Math.max(0, y * scale - tip.offsetHeight - 8) + "px";
    }, say: text => { live.textContent = text; } };

    function update() {
        const words = picture.see ? picture.see(values) : "", table = picture.table(values);
        table.label = picture.title;
        see.textContent = words;
        see.hidden = !words;
        caption.textContent = typeof picture.caption === "function" ? picture.caption(values) : picture.caption;
        if (svg) {
            width = Math.max(300, Math.min(host.clientWidth || 680, 860));
            svg.selectAll("*").remove();
            svg.on("pointermove pointerleave keydown blur focus", null);
            const height = picture.draw(svg, width, view);
            svg.attr("viewBox", `0 0 ${width} ${Math.ceil(height)}`).attr("role", picture.keys ? "application" : "img")
                .attr("aria-label", picture.title + ". " + words + (picture.keys ? " " + W.keys : ""))
                .attr("aria-roledescription", picture.keys ? "picture" : null);
        }
        behind.replaceChildren(tableOf(table));
        if (table.note) behind.prepend(make("p", {}, table.note));
    }

    if (svg)
        buttons.append(make("button", { type: "button", onclick: () =>
            save(`${id}.svg`, "image/svg+xml", svgOf(svg.node(), picture.title, see.textContent)) }, W.save_svg));
    buttons.append(make("button", { type: "button", onclick: () =>
        save(`${id}.csv`, "text/csv;charset=utf-8", csvOf((picture.csv || picture.table)(values))) }, W.save_csv));
    const figure = make("figure", { id, class: picture.style || false, "aria-labelledby": id + "-title" },
        make("h3", { id: id + "-title" }, picture.title), controls, see);
    if (svg) figure.append(host, caption, live, buttons,
        make("details", {}, make("summary", {}, W.table_behind), behind));
    else figure.append(behind, caption, buttons);
    document.getElementById("figures").append(figure);
    const links = document.getElementById("contents");
    links.insertBefore(make("li", {}, make("a", { href: "#" + id }, picture.title)), links.lastElementChild);
    update();
    drawn.push({ update, host, width: () => width });
}

/* Points that the pointer and the arrow keys go through: [{x, y, text}]. */
function hover(svg, points, view, width, mark) {
    if (!points.length) return;
    let at = -1;
    const show = i => {
        at = i;
        svg.selectAll("[data-hover]").remove();
        const p = points[i];
        mark(svg.append("g").attr("data-hover", ""), p);
        view.tip(p.text, p.x, p.y);
    };
    const hide = () => { svg.selectAll("[data-hover]").remove(); view.tip(null); };
    svg.on("pointermove", function () {
        const [x, y] = d3.mouse(this);
        let best = 0, least = Infinity;
        points.forEach((p, i) => {
            const d = (p.x - x) ** 2 + (p.flat ? 0 : (p.y - y) ** 2);
            if (d < least) { least = d; best = i; }
        });
        show(best);
    });
    svg.on("pointerleave", hide).on("blur", hide);
    svg.on("keydown", () => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[d3.event.key];
        if (d3.event.key === "Escape") hide();
        if (!step) return;
        d3.event.preventDefault();
        const by = d3.event.shiftKey || points.length > 120 ? Math.max(1, Math.round(points.length / 40)) : 1;
        show(Math.max(0, Math.min(points.length - 1, at + step * by)));
        view.say(points[at].text);
    });
}

const ring = (g, p) => g.append("circle").attr("cx", p.x).attr("cy", p.y).attr("r", p.r || 8)
    .style("fill", "none").style("stroke", "var(--ink)").style("stroke-width", 2);

/* --- choices that pictures share --------------------------------------------------------------- */

const armNames = data.arms.map(a => a.name);

const chooseOutcome = () => ({ name: "outcome", label: W.choose_outcome,
    options: data.outcomes.map(o => o.label), value: Math.max(0, outcome("coproducers")) });

const chooseArm = has => {
    const options = armNames.map((n, i) => (has && !has(i) ? null : n));
    return { name: "arm", label: W.choose_arm, options, value: options.findIndex(o => o !== null) };
};

/* --- at a glance ------------------------------------------------------------------------------- */

function spark(arm, k) {
    const path = data.paths && data.paths[arm][state.area][k];
    if (!path || path.m.length < 2) return "";
    const w = 88, h = 26, y = d3.scaleLinear().domain(d3.extent(path.m)).range([h - 3, 3]);
    const x = d3.scaleLinear().domain([0, path.m.length - 1]).range([2, w - 2]);
    const svg = d3.create("svg").attr("viewBox", `0 0 ${w} ${h}`).attr("aria-hidden", "true");
    svg.append("path").attr("class", "path").style("stroke", colour(0)).style("stroke-width", 1.6)
        .attr("d", d3.line().x((d, i) => x(i)).y(y)(path.m));
    return svg.node();
}

function figureWith(c, i, k, range) {
    const td = make("span", {}, write(c[i], kindOf(k)));
    if (range) td.append(make("small", {}, write(c[i + 1], kindOf(k)) + " – " + write(c[i + 2], kindOf(k))));
    return td;
}

const glance = {
    id: "glance", title: W.overview_title, caption: W.overview_caption, style: "glance",
    when: () => data.differences !== null || data.arms.length === 1,
    choices: () => [chooseArm()],
    table: v => ({
        head: [W.overview_outcome, ...(data.paths ? [""] : []), W.start, W.end],
        rows: data.outcomes.map((o, k) => {
            const c = cell(v.arm, k), range = data.arms[v.arm].runs > 1;
            if (!c) return null;
            const name = make("span", {}, o.label);
            if (unitOf(k) && !o.people) name.append(make("small", {}, unitOf(k)));
            return [name, ...(data.paths ? [spark(v.arm, k)] : []), figureWith(c, 0, k, range), figureWith(c, 3, k, range)];
        }).filter(r => r)
    }),
    csv: v => ({
        head: [W.overview_outcome, W.start, W.low, W.high, W.end, W.low, W.high],
        rows: data.outcomes.map((o, k) => [titled(k), ...(cell(v.arm, k) || []).slice(0, 6)])
    })
};

/* --- over time --------------------------------------------------------------------------------- */

/* Lines with bands: [{i, name, k, path}]. */
function drawPaths(svg, width, view, lines, label, kind) {
    const several = lines.length > 1, top = several ? legend(svg, lines.map(l => ({ i: l.i, text: l.name })), width, 10) + 8 : 0;
    const height = top + 320, low = d3.min(lines, l => d3.min(l.path.l)), high = d3.max(lines, l => d3.max(l.path.h));
    const { scale: y, cut } = scaleOf(low, high, [height - 44, top + 26]);
    const format = tick(kind), left = leftOf(y, format), right = width - 12;
    const x = d3.scaleLinear().domain([0, data.weeks]).range([left, right]);
    const week = (path, j) => ((path.at ? path.at[j] : j) + 0.5) * data.stride;
    axisLeft(svg, y, left, right, format);
    const years = data.weeks >= 104, step = Math.max(1, Math.ceil(data.weeks / 52 / (width < 480 ? 6 : 12)));
    axisBottom(svg, x, height - 44, years ? d3.range(0, data.weeks + 1, 52 * step) : 6,
        t => plain(years ? t / 52 : t), years ? W.years : W.week, right);
    svg.append("text").attr("class", "soft").attr("x", 0).attr("y", top + 10).text(label);
    if (cut)
        svg.append("text").attr("class", "soft").attr("x", left).attr("y", height - 10).text(W.cut_axis);
    lines.forEach(l => {
        const at = j => x(week(l.path, j));
        svg.append("path").attr("class", "band").style("fill", colour(l.i)).attr("d",
            d3.area().x((d, j) => at(j)).y0((d, j) => y(l.path.l[j])).y1((d, j) => y(l.path.h[j]))(l.path.m));
    });
    lines.forEach(l => {
        const at = j => x(week(l.path, j)), n = l.path.m.length;
        svg.append("path").attr("class", "path").style("stroke", colour(l.i)).attr("stroke-dasharray", dash(l.i))
            .attr("d", d3.line().x((d, j) => at(j)).y(d => y(d))(l.path.m));
        const marks = n < 26 ? d3.range(n) : several ? d3.range(1, 7).map(m => Math.min(n - 1, Math.round((m - 0.2 - 0.13 * l.i) * n / 6))) : [];
        marks.forEach(j => svg.append("path").attr("d", symbol(l.i)).style("fill", colour(l.i))
            .attr("transform", `translate(${at(j)},${y(l.path.m[j])})`));
    });
    const first = lines[0].path;
    hover(svg, first.m.map((m, j) => ({
        x: x(week(first, j)), y: y(m), flat: true,
        text: time(Math.min(data.weeks, Math.round(week(first, j) + 0.5 * data.stride))) + "\n" + lines.map(l => (several ? short(l.name, 40) + ": " : "") +
            write(l.path.m[j], kind) + (data.arms[l.arm].runs > 1 ? " (" + write(l.path.l[j], kind) + " – " + write(l.path.h[j], kind) + ")" : "")).join("\n")
    })), view, width, (g, p) => {
        g.append("line").attr("class", "guide").attr("x1", p.x).attr("x2", p.x).attr("y1", top + 20).attr("y2", height - 44);
        ring(g, Object.assign({}, p, { r: 5 }));
    });
    return height;
}

function pathTable(lines, kind, yearly) {
    const rows = [];
    lines.forEach(l => l.path.m.forEach((m, j) => {
        const point = l.path.at ? l.path.at[j] : j, week = Math.min(data.weeks, (point + 1) * data.stride);
        const before = Math.floor((week - data.stride) / 52) !== Math.floor(week / 52);
        if (!yearly || data.weeks < 104 || l.path.at || before)
            rows.push(yearly ? [time(week), ...(lines.length > 1 ? [l.name] : []), write(m, kind), write(l.path.l[j], kind), write(l.path.h[j], kind)]
                             : [week, l.name, m, l.path.l[j], l.path.h[j]]);
    }));
    return { head: [yearly ? (data.weeks < 104 ? W.week : W.year) : W.week, ...(!yearly || lines.length > 1 ? [W.alternative] : []), W.mean, W.low, W.high],
        rows, note: yearly && data.weeks >= 104 ? W.table_thinned : "" };
}

function chosenArms(choice) {
    if (data.arms.length === 1) return [0];
    if (choice === 0) return d3.range(data.arms.length);
    const arm = choice - 1;
    return arm === data.baseline ? [arm] : [data.baseline, arm];
}

const pathLines = v => chosenArms(v.arms).map(a => ({ i: a, arm: a, name: armNames[a], path: data.paths[a][state.area][v.outcome] }))
    .filter(l => l.path && l.path.m.length > 0);

const path = {
    id: "path", title: W.path_title, keys: true,
    caption: () => W.path_caption + (data.stride > 1 ? " " + fill(W.path_mean_of, data.stride) : ""),
    when: () => data.paths !== null,
    choices: () => [chooseOutcome(), { name: "arms", label: W.choose_arm, value: data.arms.length <= 5 ? 0 : 2,
        options: data.arms.length === 1 ? ["-"] : [data.arms.length <= 7 ? W.all_arms : null, ...armNames.map((n, i) =>
            (i === data.baseline ? n : fill(W.versus, armNames[data.baseline], n)))] }],
    draw: (svg, width, view) => {
        const v = view.values, lines = pathLines(v);
        return lines.length ? drawPaths(svg, width, view, lines, titled(v.outcome), kindOf(v.outcome)) : 10;
    },
    see: v => pathLines(v).map(l => {
        const c = cell(l.arm, v.outcome);
        if (!c) return "";
        return fill(W.path_see, data.arms.length === 1 ? labelOf(v.outcome) : l.name, write(c[0], kindOf(v.outcome)), withUnit(c[3], v.outcome));
    }).slice(0, 3).join(" "),
    table: v => pathTable(pathLines(v), kindOf(v.outcome), true),
    csv: v => pathTable(pathLines(v), kindOf(v.outcome), false)
};

/* --- alternatives side by side ----------------------------------------------------------------- */

/* A row for each arm: name above, dot and interval below it. */
function drawRows(svg, width, top, rows, x, options) {
    rows.forEach((r, j) => {
        const y = top + 46 * j;
        svg.append("text").attr("class", "halo").attr("x", 0).attr("y", y + 12).text(short(r.name, Math.floor((width - 130) / 7.6))).append("title").text(r.name);
        svg.append("line").attr("x1", x.range()[0]).attr("x2", x.range()[1]).attr("y1", y + 28).attr("y2", y + 28).style("stroke", "var(--grid)");
        (r.runs || []).forEach(value => known(value) && svg.append("circle").attr("class", "run").attr("r", 2.6)
            .attr("cx", x(value)).attr("cy", y + 28).style("fill", colour(r.i)));
        if (known(r.low))
            svg.append("line").attr("class", "bar").attr("x1", x(r.low)).attr("x2", x(r.high)).attr("y1", y + 28).attr("y2", y + 28).style("stroke", colour(r.i));
        svg.append("path").attr("d", symbol(r.i, 100)).style("fill", colour(r.i)).attr("transform", `translate(${x(r.mean)},${y + 28})`);
        svg.append("text").attr("class", "soft halo").attr("x", width).attr("y", y + 12).attr("text-anchor", "end").text(options.value(r));
        options.points.push({ x: x(r.mean), y: y + 28, text: r.name + "\n" + options.value(r) });
    });
    return top + 46 * rows.length;
}

function armRows(v) {
    const levels = [], differences = [];
    data.arms.forEach((a, i) => {
        const c = cell(i, v.outcome), d = data.differences[i][state.area][v.outcome];
        if (c) levels.push({ i, name: a.name, mean: c[3], low: a.runs > 1 ? c[4] : null, high: c[5], runs: data.runs ? data.runs[i][state.area][v.outcome] : [] });
        if (d) differences.push({ i, name: a.name, mean: d[0], low: d[1], high: d[2], share: d[3] });
    });
    return { levels, differences };
}

/* Of many arms the baseline and those farthest from it, in the order of their differences. */
function shownRows(rows) {
    if (data.arms.length <= 12) return rows;
    const far = rows.differences.slice().sort((a, b) => Math.abs(b.mean) - Math.abs(a.mean)).slice(0, 12).sort((a, b) => b.mean - a.mean);
    const at = i => rows.levels.find(l => l.i === i);
    return { levels: [data.baseline, ...far.map(r => r.i)].map(at).filter(l => l), differences: far };
}

const changed = (r, k) => difference(r.mean, k) + (known(r.low) ? " (" + difference(r.low, k) + " – " + difference(r.high, k) + ")" : "");
const interval = (r, kind) => write(r.mean, kind) + (known(r.low) ? " (" + write(r.low, kind) + " – " + write(r.high, kind) + ")" : "");

const arms = {
    id: "arms", title: W.arms_title, keys: true,
    caption: () => fill(W.arms_caption, armNames[data.baseline]) + (data.arms.length > 12 ? " " + fill(W.arms_most, 12, data.arms.length) : ""),
    when: () => data.differences !== null,
    choices: () => [chooseOutcome()],
    draw: (svg, width, view) => {
        const v = view.values, { levels, differences } = shownRows(armRows(v)), kind = kindOf(v.outcome), points = [];
        const options = { points, value: r => interval(r, kind) }, right = width - 14;
        const all = levels.flatMap(r => [r.mean, r.low, r.high, ...r.runs]).filter(known);
        const { scale: x } = scaleOf(d3.min(all), d3.max(all), [10, right]);
        svg.append("text").attr("class", "strong").attr("y", 14).text(short(W.arms_level + ": " + titled(v.outcome), Math.floor(width / 7.4)));
        let y = drawRows(svg, width, 28, levels, x, options);
        axisBottom(svg, x, y, width < 480 ? 4 : 7, tick(kind));
        if (!differences.length) { hover(svg, points, view, width, ring); return y + 30; }
        const span = d3.extent([0, ...differences.flatMap(r => [r.mean, r.low, r.high])].filter(known));
        if (span[0] === span[1]) { span[0] -= 1; span[1] += 1; }
        const z = d3.scaleLinear().domain(span).nice(5).range([10, right]);
        svg.append("text").attr("class", "strong").attr("y", y + 58).text(short(fill(W.arms_difference, armNames[data.baseline]), Math.floor(width / 7.4)));
        const top = y + 70, end = top + 46 * differences.length;
        svg.append("line").attr("class", "zero").attr("x1", z(0)).attr("x2", z(0)).attr("y1", top).attr("y2", end);
        options.value = r => changed(r, v.outcome);
        drawRows(svg, width, top, differences, z, options);
        const numbers = tick(share(v.outcome) ? "amount" : kind);
        axisBottom(svg, z, end, width < 480 ? 4 : 7, t => signed(t, numbers(share(v.outcome) ? 100 * t : t)), differenceUnit(v.outcome), width);
        hover(svg, points, view, width, ring);
        return end + (differenceUnit(v.outcome) ? 42 : 30);
    },
    see: v => shownRows(armRows(v)).differences.filter(r => known(r.low)).slice(0, data.arms.length > 4 ? 2 : 4).map(r =>
        (r.low > 0 || r.high < 0
            ? fill(W.arms_see_clear, r.name, difference(r.mean, v.outcome) + (differenceUnit(v.outcome) ? " " + differenceUnit(v.outcome) : ""),
                armNames[data.baseline], difference(r.low, v.outcome), difference(r.high, v.outcome))
            : fill(W.arms_see_none, r.name, armNames[data.baseline]))).join(" "),
    table: v => {
        const { levels, differences } = armRows(v), kind = kindOf(v.outcome);
        return { head: [W.alternative, W.mean, W.low, W.high, fill(W.arms_difference, armNames[data.baseline]), W.interval_low, W.interval_high, W.arms_higher_in],
            rows: levels.map(r => {
                const d = differences.find(x => x.i === r.i) || {};
                return [r.name, write(r.mean, kind), write(r.low, kind), write(r.high, kind), difference(d.mean, v.outcome), difference(d.low, v.outcome), difference(d.high, v.outcome), write(d.share, "share")];
            }) };
    },
    csv: () => ({ head: [W.choose_outcome, W.alternative, W.mean, W.low, W.high, fill(W.arms_difference, armNames[data.baseline]), W.interval_low, W.interval_high, W.arms_higher_in],
        rows: data.outcomes.flatMap((o, k) => {
            const { levels, differences } = armRows({ outcome: k });
            return levels.map(r => {
                const d = differences.find(x => x.i === r.i) || {};
                return [titled(k), r.name, r.mean, r.low, r.high, d.mean, d.low, d.high, d.share];
            });
        }) })
};

/* --- factors ----------------------------------------------------------------------------------- */

data.factors.forEach(f => {
    f.levels = Array.from(new Set(f.values.filter(x => x !== null)));
    if (!f.named) f.levels.sort((a, b) => a - b);
    f.title = f.label + (f.unit ? " (" + f.unit + ")" : "");
});
const numeric = data.factors.map((f, i) => i).filter(i => !data.factors[i].named && data.factors[i].levels.length > 1);
const factorNames = test => data.factors.map((f, i) => (test(f, i) ? f.label : null));
const levelText = x => (typeof x === "number" ? plain(x) : x);

/* Means over all arms with the same values of some factors; intervals as of independent means. */
function pool(members, k) {
    const cells = members.map(a => cell(a, k)).filter(c => c);
    if (!cells.length) return null;
    const half = cells.every(c => known(c[6])) ? Math.sqrt(d3.sum(cells, c => c[6] * c[6])) / cells.length : null;
    const mean = d3.mean(cells, c => c[3]);
    return { mean, low: half === null ? null : mean - half, high: half === null ? null : mean + half };
}

/* Whether an arm is the baseline in all factors but some; in a grid all arms count. */
const usual = (a, but) => data.kind === "grid" || data.factors.every((f, i) => but.includes(i) || f.values[a] === f.values[data.baseline]);

const curved = i => numeric.includes(i) && data.factors[i].levels.length <= 30 &&
    new Set(d3.range(data.arms.length).filter(a => usual(a, [i])).map(a => data.factors[i].values[a])).size >= 3;

function curveLines(v) {
    const x = data.factors[v.x], by = v.by < data.factors.length && v.by !== v.x ? data.factors[v.by] : null;
    return (by ? by.levels : [null]).map((level, i) => ({
        i, name: by ? levelText(level) : labelOf(v.outcome),
        points: x.levels.map(value => {
            const members = d3.range(data.arms.length).filter(a => x.values[a] === value && (!by || by.values[a] === level) && usual(a, [v.x, v.by]));
            return Object.assign({ x: value }, pool(members, v.outcome));
        }).filter(p => known(p.mean))
    })).filter(l => l.points.length > 0);
}

const isPool = i => data.factors[i] && data.factors[i].key === "budget.pool";

const curve = {
    id: "curve", keys: true, title: numeric.filter(curved).some(isPool) ? W.curve_pool_title : W.curve_title, caption: W.curve_caption,
    when: () => numeric.some(curved),
    choices: () => {
        const pool = numeric.filter(curved).find(isPool), x = pool !== undefined ? pool : numeric.find(curved);
        const series = data.factors.findIndex((f, i) => i !== x && f.levels.length <= 6 && (f.named || data.kind === "grid"));
        const start = numeric.some(isPool) ? outcome("budget_turnout") : outcome("coproducers");
        return [Object.assign(chooseOutcome(), { value: Math.max(0, start) }),
            { name: "x", label: W.choose_x, options: factorNames((f, i) => curved(i)), value: x },
            { name: "by", label: W.choose_series, options: [...factorNames(f => f.levels.length <= 6 && data.factors.length > 1), W.none],
                value: data.kind === "grid" && series >= 0 ? series : data.factors.length }];
    },
    draw: (svg, width, view) => {
        const v = view.values, lines = curveLines(v), kind = kindOf(v.outcome), f = data.factors[v.x];
        const top = lines.length > 1 ? legend(svg, lines.map(l => ({ i: l.i, text: l.name })), width, 10) + 8 : 0;
        const height = top + 330, all = lines.flatMap(l => l.points.flatMap(p => [p.mean, p.low, p.high])).filter(known);
        const { scale: y, cut } = scaleOf(d3.min(all), d3.max(all), [height - 52, top + 26]);
        const format = tick(kind), left = leftOf(y, format), right = width - 16;
        const log = f.levels[0] > 0 && f.levels[f.levels.length - 1] / f.levels[0] > 20;
        const x = (log ? d3.scaleLog() : d3.scaleLinear()).domain(d3.extent(f.levels)).range([left + 12, right]);
        axisLeft(svg, y, left, right, format);
        axisBottom(svg, x, height - 52, f.levels.length <= 8 ? f.levels : log ? 5 : 6, t => plain(t));
        svg.append("text").attr("class", "soft").attr("x", right).attr("y", height - 14).attr("text-anchor", "end").text(f.title);
        svg.append("text").attr("class", "soft").attr("y", top + 10).text(titled(v.outcome));
        if (cut) svg.append("text").attr("class", "soft").attr("y", height).text(W.cut_axis);
        const points = [];
        lines.forEach((l, n) => {
            const shift = 5 * (n - (lines.length - 1) / 2);
            svg.append("path").attr("class", "path").style("stroke", colour(l.i)).attr("stroke-dasharray", dash(l.i))
                .attr("d", d3.line().x(p => x(p.x) + shift).y(p => y(p.mean))(l.points));
            l.points.forEach(p => {
                const at = x(p.x) + shift;
                if (known(p.low)) svg.append("line").attr("class", "bar").style("stroke", colour(l.i)).attr("x1", at).attr("x2", at).attr("y1", y(p.low)).attr("y2", y(p.high));
                svg.append("path").attr("d", symbol(l.i)).style("fill", colour(l.i)).attr("transform", `translate(${at},${y(p.mean)})`);
                points.push({ x: at, y: y(p.mean), text: (lines.length > 1 ? l.name + "\n" : "") + f.label + " " + plain(p.x) + "\n" + interval(p, kind) });
            });
        });
        hover(svg, points, view, width, ring);
        return height + (cut ? 6 : 0);
    },
    see: v => {
        const all = curveLines(v).flatMap(l => l.points.map(p => Object.assign({ line: l.name }, p)));
        if (all.length < 2) return "";
        const high = all.reduce((a, b) => (b.mean > a.mean ? b : a)), low = all.reduce((a, b) => (b.mean < a.mean ? b : a));
        return fill(W.curve_see, labelOf(v.outcome), withUnit(high.mean, v.outcome), data.factors[v.x].label, plain(high.x), write(low.mean, kindOf(v.outcome)), plain(low.x));
    },
    table: v => ({ head: [data.factors[v.x].title, W.choose_series, W.mean, W.interval_low, W.interval_high],
        rows: curveLines(v).flatMap(l => l.points.map(p => [plain(p.x), l.name, write(p.mean, kindOf(v.outcome)), write(p.low, kindOf(v.outcome)), write(p.high, kindOf(v.outcome))])) }),
    csv: v => ({ head: [data.factors[v.x].title, W.choose_series, titled(v.outcome), W.interval_low, W.interval_high],
        rows: curveLines(v).flatMap(l => l.points.map(p => [p.x, l.name, p.mean, p.low, p.high])) })
};

/* --- two factors ------------------------------------------------------------------------------- */

function surfaceFields(v) {
    const fx = data.factors[v.x], fy = data.factors[v.y];
    const whole = fx.levels.length * fy.levels.length <= 400 && fx.levels.length <= 20 && fy.levels.length <= 20;
    const fields = [];
    if (whole)
        fx.levels.forEach(a => fy.levels.forEach(b => {
            const p = pool(d3.range(data.arms.length).filter(i => fx.values[i] === a && fy.values[i] === b), v.outcome);
            if (p) fields.push(Object.assign({ x: a, y: b }, p));
        }));
    if (whole && fields.length === fx.levels.length * fy.levels.length) return { grid: true, fields };
    return { grid: false, fields: data.arms.map((a, i) => Object.assign({ x: fx.values[i], y: fy.values[i] }, pool([i], v.outcome)))
        .filter(p => known(p.mean) && p.x !== null && p.y !== null) };
}

function scaleBar(svg, width, y, low, high, kind, label) {
    const n = 40, w = Math.min(220, width - 120) / n;
    svg.append("text").attr("class", "soft").attr("y", y).text(label);
    d3.range(n).forEach(i => svg.append("rect").attr("x", 60 + i * w).attr("y", y + 8).attr("width", w + 0.5).attr("height", 12).style("fill", shade(i / (n - 1))));
    svg.append("text").attr("class", "soft").attr("x", 54).attr("y", y + 18).attr("text-anchor", "end").text(write(low, kind));
    svg.append("text").attr("class", "soft").attr("x", 66 + n * w).attr("y", y + 18).text(write(high, kind));
}

const shades = fields => {
    const [low, high] = d3.extent(fields, p => p.mean);
    return { low, high, of: x => (high > low ? (x - low) / (high - low) : 0.5) };
};

const surface = {
    id: "surface", title: W.surface_title, keys: true,
    caption: v => (surfaceFields(v).grid ? W.surface_caption : W.surface_dots_caption),
    when: () => data.factors.filter(f => f.levels.length > 1).length >= 2 && data.arms.length >= 4 && data.kind !== "arms" && data.kind !== "one_at_a_time",
    choices: () => {
        const fit = data.factors.map((f, i) => i).filter(i => data.factors[i].levels.length > 1);
        const first = fit.find(isPool) !== undefined ? fit.find(isPool) : numeric.length ? numeric[0] : fit[0];
        const y = numeric.find(i => i !== first) !== undefined ? numeric.find(i => i !== first) : fit.find(i => i !== first);
        return [Object.assign(chooseOutcome(), { value: Math.max(0, outcome(isPool(first) ? "budget_turnout" : "coproducers")) }),
            { name: "x", label: W.choose_x, options: factorNames(f => f.levels.length > 1), value: first },
            { name: "y", label: W.choose_y, options: factorNames(f => f.levels.length > 1), value: y }];
    },
    draw: (svg, width, view) => {
        const v = view.values, { grid, fields } = surfaceFields(v), fx = data.factors[v.x], fy = data.factors[v.y];
        const kind = kindOf(v.outcome), s = shades(fields), points = [];
        const left = 12 + 7.4 * Math.min(18, d3.max(fy.levels.map(levelText), t => t.length)), right = width - 8, top = 64;
        const height = grid ? top + Math.max(200, Math.min(64, (right - left) / fx.levels.length * 0.7) * fy.levels.length) : top + 340;
        scaleBar(svg, width, 12, s.low, s.high, kind, titled(v.outcome));
        svg.append("text").attr("class", "soft").attr("y", top - 12).text(short(fy.title, 60));
        svg.append("text").attr("class", "soft").attr("x", right).attr("y", height + 40).attr("text-anchor", "end").text(fx.title);
        const banded = f => grid || f.named;
        const x = banded(fx) ? d3.scaleBand().domain(fx.levels).range([left, right]).padding(grid ? 0.03 : 0.2) : d3.scaleLinear().domain(d3.extent(fx.levels)).nice().range([left + 10, right - 10]);
        const y = banded(fy) ? d3.scaleBand().domain(fy.levels).range([height, top]).padding(grid ? 0.03 : 0.2) : d3.scaleLinear().domain(d3.extent(fy.levels)).nice().range([height - 10, top + 10]);
        const spare = banded(fx) ? Math.ceil(fx.levels.length * 46 / (right - left)) : 1;
        svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height})`).call(banded(fx) ? d3.axisBottom(x).tickSize(0).tickPadding(8).tickValues(fx.levels.filter((l, i) => i % spare === 0)).tickFormat(levelText) : d3.axisBottom(x).ticks(6).tickFormat(plain));
        svg.append("g").attr("class", "axis").attr("transform", `translate(${left},0)`).call(banded(fy) ? d3.axisLeft(y).tickSize(0).tickPadding(8).tickFormat(t => short(levelText(t), 18)) : d3.axisLeft(y).ticks(6).tickFormat(plain));
        fields.forEach(p => {
            const t = s.of(p.mean), text = fx.label + " " + levelText(p.x) + "\n" + fy.label + " " + levelText(p.y) + "\n" + interval(p, kind);
            const cx = x(p.x) + (x.bandwidth ? x.bandwidth() / 2 : 0), cy = y(p.y) + (y.bandwidth ? y.bandwidth() / 2 : 0);
            points.push({ x: cx, y: cy, text });
            if (!grid) {
                svg.append("circle").attr("class", "edge").attr("cx", cx).attr("cy", cy).attr("r", 3 + 6 * t).style("fill", shade(t));
                return;
            }
            svg.append("rect").attr("x", x(p.x)).attr("y", y(p.y)).attr("width", x.bandwidth()).attr("height", y.bandwidth()).style("fill", shade(t));
            if (x.bandwidth() > 7 * write(p.mean, kind).length)
                svg.append("text").attr("x", cx).attr("y", cy + 4.5).attr("text-anchor", "middle").style("fill", t > 0.5 ? "#ffffff" : "#000000").text(write(p.mean, kind));
        });
        hover(svg, points, view, width, ring);
        return height + 48;
    },
    see: v => {
        const s = shades(surfaceFields(v).fields);
        return known(s.low) ? fill(W.surface_see, labelOf(v.outcome), write(s.low, kindOf(v.outcome)), withUnit(s.high, v.outcome)) : "";
    },
    table: v => ({ head: [data.factors[v.x].title, data.factors[v.y].title, titled(v.outcome), W.interval_low, W.interval_high],
        rows: surfaceFields(v).fields.map(p => [levelText(p.x), levelText(p.y), write(p.mean, kindOf(v.outcome)), write(p.low, kindOf(v.outcome)), write(p.high, kindOf(v.outcome))]) }),
    csv: () => ({ head: [...data.factors.map(f => f.title), ...data.outcomes.map((o, k) => titled(k))],
        rows: data.arms.map((a, i) => [...data.factors.map(f => f.values[i]), ...data.outcomes.map((o, k) => (cell(i, k) ? cell(i, k)[3] : null))]) })
};

/* --- what matters most ------------------------------------------------------------------------- */

/* For each factor its lowest and highest value: in a grid over all others, else with all others as
 * in the baseline. */
function bars(k) {
    const grid = data.kind === "grid", all = d3.range(data.arms.length), rows = [];
    const base = grid ? pool(all, k) : pool([data.baseline], k);
    data.factors.forEach((f, i) => {
        const points = f.levels.map(value => Object.assign({ value }, pool(all.filter(a => f.values[a] === value && usual(a, [i])), k))).filter(p => known(p.mean));
        if (points.length < 2 || !base) return;
        points.sort((a, b) => (f.named ? a.mean - b.mean : a.value - b.value));
        const low = points[0], high = points[points.length - 1];
        rows.push({ name: f.title, low: low.mean, high: high.mean, at: [levelText(low.value), levelText(high.value)], base: base.mean });
    });
    return rows.sort((a, b) => Math.abs(b.high - b.low) - Math.abs(a.high - a.low));
}

const indices = k => data.indices[k].map(r => ({ name: data.factors[r[0]].label, first: r.slice(1, 4), total: r.slice(4, 7) }));
const ofSobol = data.kind === "saltelli";
const shareName = ofSobol ? W.tornado_total : W.tornado_share;

const tornado = {
    id: "tornado", title: W.tornado_title, keys: true,
    caption: () => (!data.indices ? (data.kind === "grid" ? W.tornado_grid_caption : W.tornado_caption) : ofSobol ? W.tornado_index_caption : W.tornado_share_caption),
    when: () => (data.indices ? data.indices.some(of => of.length > 0) : data.outcomes.some((o, k) => bars(k).length >= 2)),
    choices: () => {
        if (!data.indices) return [chooseOutcome()];
        const options = data.outcomes.map((o, k) => (data.indices[k].length ? o.label : null));
        return [Object.assign(chooseOutcome(), { options, value: options.findIndex(o => o !== null) })];
    },
    draw: (svg, width, view) => {
        const v = view.values, points = [], kind = data.indices ? "score" : kindOf(v.outcome);
        const rows = data.indices ? indices(v.outcome) : bars(v.outcome), right = width - 14, shown = rows.slice(0, 15);
        const values = data.indices ? shown.flatMap(r => [0, ...r.first, ...r.total]) : shown.flatMap(r => [r.low, r.high, r.base]);
        const [from, to] = d3.extent(values.filter(known));
        const x = d3.scaleLinear().domain(from < to ? [from, to] : [from - 1, to + 1]).nice(5).range([10, right]);
        const top = 26, end = top + 44 * shown.length;
        svg.append("text").attr("class", "soft").attr("y", 12).text(titled(v.outcome));
        if (!data.indices && shown.length) svg.append("line").attr("class", "zero").attr("x1", x(shown[0].base)).attr("x2", x(shown[0].base)).attr("y1", top).attr("y2", end);
        shown.forEach((r, j) => {
            const y = top + 44 * j, bar = (a, b, fill) => svg.append("rect").attr("x", Math.min(x(a), x(b))).attr("width", Math.abs(x(b) - x(a))).attr("y", y + 18).attr("height", 16).style("fill", fill);
            svg.append("text").attr("class", "halo").attr("y", y + 12).text(short(r.name, Math.floor(width / 9)));
            if (data.indices) {
                bar(0, Math.max(0, r.total[0]), colour(0));
                [[r.total, 26, colour(4)], [r.first, 31, colour(1)]].forEach(([w, dy, ink]) => known(w[1]) && svg.append("line").attr("class", "bar").style("stroke", ink).attr("x1", x(w[1])).attr("x2", x(w[2])).attr("y1", y + dy).attr("y2", y + dy));
                if (known(r.first[0])) svg.append("path").attr("d", symbol(3, 70)).style("fill", colour(1)).attr("transform", `translate(${x(r.first[0])},${y + 31})`);
                points.push({ x: x(r.total[0]), y: y + 26, text: r.name + "\n" + shareName + " " + interval({ mean: r.total[0], low: r.total[1], high: r.total[2] }, kind) +
                    (known(r.first[0]) ? "\n" + W.tornado_first + " " + interval({ mean: r.first[0], low: r.first[1], high: r.first[2] }, kind) : "") });
                return;
            }
            bar(r.base, r.low, colour(1));
            bar(r.base, r.high, colour(0));
            const words = r.at[0] + ": " + write(r.low, kind) + "  →  " + r.at[1] + ": " + write(r.high, kind);
            svg.append("text").attr("class", "soft halo").attr("x", width).attr("text-anchor", "end").attr("y", y + 12).text(words);
            points.push({ x: x(r.high), y: y + 26, text: r.name + "\n" + words });
        });
        axisBottom(svg, x, end, width < 480 ? 4 : 7, tick(kind));
        hover(svg, points, view, width, ring);
        return end + 30;
    },
    see: v => {
        const r = data.indices ? indices(v.outcome)[0] : bars(v.outcome)[0];
        if (!r) return "";
        return data.indices ? fill(W.tornado_see_index, begin(r.name), write(r.total[0], "share"))
                            : fill(W.tornado_see, begin(r.name), write(r.low, kindOf(v.outcome)), withUnit(r.high, v.outcome));
    },
    table: v => (data.indices
        ? { head: [W.surface_factor, shareName, W.interval_low, W.interval_high, ...(ofSobol ? [W.tornado_first, W.interval_low, W.interval_high] : [])],
            rows: indices(v.outcome).map(r => [r.name, ...r.total, ...(ofSobol ? r.first : [])]) }
        : { head: [W.surface_factor, W.tornado_lowest, titled(v.outcome), W.tornado_highest, titled(v.outcome)],
            rows: bars(v.outcome).map(r => [r.name, r.at[0], write(r.low, kindOf(v.outcome)), r.at[1], write(r.high, kindOf(v.outcome))]) })
};

/* --- who carries the hours --------------------------------------------------------------------- */

const stored = a => data.agents[a] !== null;
const anyStored = data.agents.some(a => a !== null);

const lorenz = {
    id: "hours", title: W.lorenz_title, caption: W.lorenz_caption, keys: true,
    when: () => anyStored,
    choices: () => [chooseArm(stored)],
    draw: (svg, width, view) => {
        const curve = data.agents[view.values.arm].lorenz, size = Math.min(width - 60, 430), left = 50, top = 26, n = curve.length - 1;
        const x = d3.scaleLinear().range([left, left + size]), y = d3.scaleLinear().range([top + size, top]);
        axisLeft(svg, y, left, left + size, tick("share"));
        axisBottom(svg, x, top + size, 5, tick("share"));
        svg.append("text").attr("class", "soft").attr("y", 12).text(W.lorenz_y);
        svg.append("text").attr("class", "soft").attr("x", left + size).attr("y", top + size + 36).attr("text-anchor", "end").text(W.lorenz_x);
        svg.append("line").attr("class", "guide").attr("x1", x(0)).attr("y1", y(0)).attr("x2", x(1)).attr("y2", y(1));
        svg.append("text").attr("class", "soft").attr("text-anchor", "middle").attr("transform", `translate(${x(0.5) - 7},${y(0.5) - 7}) rotate(-45)`).text(W.lorenz_equal);
        svg.append("path").attr("class", "band").style("fill", colour(0)).attr("d", d3.area().x((d, i) => x(i / n)).y0(d => y(d[1])).y1(d => y(d[2]))(curve));
        svg.append("path").attr("class", "path").style("stroke", colour(0)).attr("d", d3.line().x((d, i) => x(i / n)).y(d => y(d[0]))(curve));
        hover(svg, curve.map((d, i) => ({ x: x(i / n), y: y(d[0]), r: 5, text: W.lorenz_x + ": " + write(i / n, "share") + "\n" + W.lorenz_y + ": " + write(d[0], "share") })), view, width, ring);
        return top + size + 44;
    },
    see: v => {
        const curve = data.agents[v.arm].lorenz, at = s => curve[Math.round(s * (curve.length - 1))][0];
        return fill(W.lorenz_see, write(1 - at(0.9), "share"), write(at(0.5), "share"));
    },
    table: v => ({ head: [W.lorenz_x, W.lorenz_y], rows: data.agents[v.arm].lorenz.map((d, i) => [write(i / 50, "share"), write(d[0], "share")]).filter((r, i) => i % 5 === 0) }),
    csv: v => ({ head: [W.lorenz_x, W.lorenz_y, W.lowest, W.highest], rows: data.agents[v.arm].lorenz.map((d, i) => [i / 50, ...d]) })
};

const giniLines = () => data.arms.map((a, i) => ({ i, arm: i, name: a.name, path: data.paths[i][state.area][outcome("hours_gini")] })).slice(0, 7).filter(l => l.path && l.path.m.length);

const gini = {
    id: "hours", title: W.lorenz_title, caption: W.gini_caption, keys: true,
    when: () => !anyStored && data.paths && outcome("hours_gini") >= 0 && giniLines().length > 0,
    draw: (svg, width, view) => drawPaths(svg, width, view, giniLines(), titled(outcome("hours_gini")), "score"),
    see: () => giniLines().slice(0, 3).map(l => {
        const c = cell(l.arm, outcome("hours_gini"));
        return fill(W.path_see, data.arms.length === 1 ? labelOf(outcome("hours_gini")) : l.name, write(c[0], "score"), write(c[3], "score"));
    }).join(" "),
    table: () => pathTable(giniLines(), "score", true),
    csv: () => pathTable(giniLines(), "score", false)
};

/* --- burnout after hours ----------------------------------------------------------------------- */

const groupsOf = v => data.agents[v.arm].groups.filter(g => known(g[1][0]));

/* Burnout at the time of the hours, and later where more than one week is stored. */
const lagLines = v => [{ i: 0, at: 1, name: W.lag_same }, ...(data.agents[v.arm].lag ? [{ i: 1, at: 2, name: fill(W.lag_then, data.agents[v.arm].lag) }] : [])];

const lag = {
    id: "lag", title: W.lag_title, keys: true,
    caption: v => (data.agents[v.arm].lag ? fill(W.lag_caption, data.agents[v.arm].lag) : W.lag_now_caption) + " " + W.lag_left,
    when: () => anyStored && data.arms.some((a, i) => stored(i) && groupsOf({ arm: i }).length > 0),
    choices: () => [chooseArm(a => stored(a) && groupsOf({ arm: a }).length > 0)],
    draw: (svg, width, view) => {
        const v = view.values, groups = groupsOf(v), lines = lagLines(v), points = [];
        const top = lines.length > 1 ? legend(svg, lines.map(l => ({ i: l.i, text: l.name })), width, 10) + 8 : 0, height = top + 330;
        const { scale: y, cut } = scaleOf(d3.min(lines, l => d3.min(groups, g => g[l.at][1])), d3.max(lines, l => d3.max(groups, g => g[l.at][2])), [height - 52, top + 26]);
        const left = leftOf(y, tick("score")), right = width - 14;
        const x = d3.scaleLinear().domain([0, d3.max(groups, g => g[0][0])]).nice().range([left, right]);
        axisLeft(svg, y, left, right, tick("score"));
        axisBottom(svg, x, height - 52, 6, plain);
        svg.append("text").attr("class", "soft").attr("y", top + 10).text(W.lag_y);
        svg.append("text").attr("class", "soft").attr("x", right).attr("y", height - 16).attr("text-anchor", "end").text(W.lag_x);
        if (cut) svg.append("text").attr("class", "soft").attr("y", height).text(W.cut_axis);
        lines.forEach(l => {
            svg.append("path").attr("class", "path").style("stroke", colour(l.i)).attr("stroke-dasharray", dash(l.i)).style("opacity", 0.6)
                .attr("d", d3.line().x(g => x(g[0][0])).y(g => y(g[l.at][0]))(groups));
            groups.filter(g => known(g[l.at][0])).forEach(g => {
                svg.append("line").attr("class", "bar").style("stroke", colour(l.i)).attr("x1", x(g[0][0])).attr("x2", x(g[0][0])).attr("y1", y(g[l.at][1])).attr("y2", y(g[l.at][2]));
                svg.append("path").attr("d", symbol(l.i, 80)).style("fill", colour(l.i)).attr("transform", `translate(${x(g[0][0])},${y(g[l.at][0])})`);
                points.push({ x: x(g[0][0]), y: y(g[l.at][0]), text: write(g[0][0], "amount") + " " + W.lag_x + "\n" + W.lag_y + " " + l.name + ": " + interval({ mean: g[l.at][0], low: g[l.at][1], high: g[l.at][2] }, "score") +
                    (l.at === 2 ? "\n" + W.lag_left_share + ": " + write(g[3][0], "share") : "") });
            });
        });
        hover(svg, points, view, width, ring);
        return height + (cut ? 6 : 0);
    },
    see: v => {
        const groups = groupsOf(v), last = groups.length - 1;
        if (!groups.length) return "";
        const later = data.agents[v.arm].lag ? " " + fill(W.lag_see_later, write(groups[0][2][0], "score"), write(groups[last][2][0], "score"), data.agents[v.arm].lag) : "";
        return fill(W.lag_see, write(groups[0][1][0], "score"), write(groups[last][1][0], "score")) + later;
    },
    table: v => ({ head: [W.lag_x, ...lagLines(v).map(l => W.lag_y + " " + l.name), ...(data.agents[v.arm].lag ? [W.lag_left_share] : [])],
        rows: groupsOf(v).map(g => [write(g[0][0], "amount"), ...lagLines(v).map(l => write(g[l.at][0], "score")), ...(data.agents[v.arm].lag ? [write(g[3][0], "share")] : [])]) }),
    csv: v => ({ head: [W.lag_x, ...lagLines(v).flatMap(l => [W.lag_y + " " + l.name, W.lowest, W.highest]), ...(data.agents[v.arm].lag ? [W.lag_left_share] : [])],
        rows: groupsOf(v).map(g => [g[0][0], ...lagLines(v).flatMap(l => g[l.at]), ...(data.agents[v.arm].lag ? [g[3][0]] : [])]) })
};

const fifthLines = v => ["burnout_top_fifth", "burnout_bottom_fifth"].map((n, i) => ({ i, arm: v.arm, name: labelOf(outcome(n)), path: data.paths[v.arm][state.area][outcome(n)] }))
    .filter(l => l.path && l.path.m.length);

const fifths = {
    id: "lag", title: W.lag_title, caption: W.fifths_caption, keys: true,
    when: () => !anyStored && data.paths && outcome("burnout_top_fifth") >= 0 && outcome("burnout_bottom_fifth") >= 0,
    choices: () => [chooseArm()],
    draw: (svg, width, view) => drawPaths(svg, width, view, fifthLines(view.values), W.lag_y, "score"),
    see: v => fill(W.fifths_see, ...["burnout_top_fifth", "burnout_bottom_fifth"].map(n => write((cell(v.arm, outcome(n)) || [])[3], "score"))),
    table: v => pathTable(fifthLines(v), "score", true),
    csv: v => pathTable(fifthLines(v), "score", false)
};

/* --- sites and associations -------------------------------------------------------------------- */

const sites = {
    id: "sites", title: W.sites_title, keys: true,
    caption: v => W.sites_caption + (data.agents[v.arm].site_total > data.agents[v.arm].sites.length ? " " + fill(W.sites_more, data.agents[v.arm].sites.length, data.agents[v.arm].site_total) : ""),
    when: () => data.agents.some(a => a && a.sites.length > 0),
    choices: () => [chooseArm(a => data.agents[a] && data.agents[a].sites.length > 0)],
    draw: (svg, width, view) => {
        const a = data.agents[view.values.arm], room = Math.max(360, width * (width < 480 ? 1.25 : 0.6)), top = 44;
        const most = d3.max(a.sites, s => s[1]), big = Math.sqrt(width * room / a.sites.length) * 0.24;
        const size = d3.scaleSqrt().domain([0, most]).range([0, big]), thick = d3.scaleLinear().domain([0, d3.max(a.links, l => l[2]) || 1]).range([0.6, 6]);
        const nodes = a.sites.map(s => ({ s, r: size(s[1]) })), links = [];
        a.links.forEach(l => {
            nodes.push({ l, r: 5 });
            links.push({ source: nodes[l[1]], target: nodes[nodes.length - 1], people: l[2] });
        });
        d3.forceSimulation(nodes).force("x", d3.forceX(0).strength(0.05)).force("y", d3.forceY(0).strength(width < 480 ? 0.05 : 0.12))
            .force("link", d3.forceLink(links).distance(d => d.source.r + 14).strength(1.2)).force("charge", d3.forceManyBody().strength(-22))
            .force("collide", d3.forceCollide(n => n.r + (n.s ? 5 : 3)).iterations(3)).stop().tick(320);
        const [x0, x1] = [d3.min(nodes, n => n.x - n.r), d3.max(nodes, n => n.x + n.r)], [y0, y1] = [d3.min(nodes, n => n.y - n.r), d3.max(nodes, n => n.y + n.r)];
        const zoom = Math.min(1.2, (width - 8) / (x1 - x0)), height = top + (y1 - y0) * zoom + 8;
        nodes.forEach(n => { n.x = width / 2 + (n.x - (x0 + x1) / 2) * zoom; n.y = top + (n.y - y0) * zoom; n.r *= Math.min(1, zoom); });
        const [low, high] = d3.extent(a.sites, s => s[3]), t = b => (high > low ? (b - low) / (high - low) : 0.5);
        scaleBar(svg, width, 12, low, high, "score", labelOf(Math.max(0, outcome("burnout"))));
        links.forEach(l => svg.append("line").attr("class", "link").attr("x1", l.source.x).attr("y1", l.source.y).attr("x2", l.target.x).attr("y2", l.target.y).style("stroke-width", thick(l.people)));
        const points = [];
        nodes.forEach(n => {
            if (n.l) {
                svg.append("rect").attr("class", "edge").attr("x", n.x - 4).attr("y", n.y - 4).attr("width", 8).attr("height", 8).style("fill", "var(--paper)");
                points.push({ x: n.x, y: n.y, text: W.sites_association + " " + n.l[0] + " → " + W.sites_site + " " + a.sites[n.l[1]][0] + "\n" + n.l[2] + " " + W.sites_people });
                return;
            }
            svg.append("circle").attr("class", "edge").attr("cx", n.x).attr("cy", n.y).attr("r", n.r).style("fill", shade(t(n.s[3])));
            if (n.r > 9) svg.append("text").attr("x", n.x).attr("y", n.y + 4.5).attr("text-anchor", "middle").style("fill", t(n.s[3]) > 0.5 ? "#ffffff" : "#000000").text(n.s[0]);
            points.push({ x: n.x, y: n.y, r: n.r + 2, text: W.sites_site + " " + n.s[0] + "\n" + n.s[1] + " " + W.sites_people + ", " + n.s[2] + " " + W.sites_direct + "\n" +
                W.lag_y + " " + write(n.s[3], "score") + "\n" + W.sites_trust + " " + write(n.s[4], "score") + "\n" + write(n.s[5], "amount") + " " + W.sites_hours });
        });
        hover(svg, points, view, width, ring);
        return height;
    },
    see: v => {
        const s = data.agents[v.arm].sites, people = d3.sum(s, x => x[1]);
        return fill(W.sites_see, count(s.length), count(d3.min(s, x => x[1])), count(d3.max(s, x => x[1])), write(1 - d3.sum(s, x => x[2]) / people, "share"));
    },
    table: v => ({ head: [W.sites_site, W.sites_people, W.sites_direct, W.sites_associations, W.lag_y, W.sites_trust, W.sites_hours],
        rows: data.agents[v.arm].sites.map((s, i) => [String(s[0]), String(s[1]), String(s[2]), String(data.agents[v.arm].links.filter(l => l[1] === i).length), write(s[3], "score"), write(s[4], "score"), write(s[5], "amount")]) }),
    csv: v => ({ head: [W.sites_site, W.sites_people, W.sites_direct, W.sites_associations, W.lag_y, W.sites_trust, W.sites_hours],
        rows: data.agents[v.arm].sites.map((s, i) => [s[0], s[1], s[2], data.agents[v.arm].links.filter(l => l[1] === i).length, s[3], s[4], s[5]]) })
};

/* --- municipalities ---------------------------------------------------------------------------- */

const perAdult = k => data.outcomes[k].sums;
const placeUnit = k => [unitOf(k), perAdult(k) ? W.places_thousand : ""].filter(t => t).join(" ");
const placeWrite = (x, k) => write(x, kindOf(k)) + (placeUnit(k) ? " " + placeUnit(k) : "");

/* Those of which something is known, the highest first. */
const placesOf = v => {
    const fields = data.places.names.map((name, i) => {
        const [x, y, adults] = data.places.where[i], value = data.places.values[v.arm][v.outcome][i];
        return { i, name, x, y, adults, value: known(value) && perAdult(v.outcome) ? 1000 * value / adults : value };
    }).filter(p => known(p.value));
    return fields.sort((a, b) => b.value - a.value || a.i - b.i);
};

/* Circles as near to where they belong as the others let them be. */
function settle(nodes, acrossOnly) {
    d3.forceSimulation(nodes).force("x", d3.forceX(n => n.tx).strength(acrossOnly ? 1 : 0.35)).force("y", d3.forceY(n => n.ty).strength(acrossOnly ? 0.08 : 0.35))
        .force("collide", d3.forceCollide(n => n.r + 0.6).iterations(4)).stop().tick(260);
}

const places = {
    id: "places", title: W.places_title, caption: W.places_caption, keys: true,
    when: () => data.places,
    choices: () => [chooseOutcome(), chooseArm(),
        { name: "picked", label: W.choose_place, options: [W.none, ...data.places.names], value: 0 }],
    draw: (svg, width, view) => {
        const v = view.values, k = v.outcome, fields = placesOf(v), points = [];
        if (!fields.length) return 20;
        const [low, high] = d3.extent(fields, p => p.value), sorted = fields.map(p => p.value).reverse();
        /* A few that stand apart do not take the colours from all others. */
        const [pale, dark] = [d3.quantile(sorted, 0.05), d3.quantile(sorted, 0.95)];
        const t = x => (dark > pale ? Math.max(0, Math.min(1, (x - pale) / (dark - pale))) : 0.5);
        const placed = fields.filter(p => known(p.x) && known(p.y)), all = d3.sum(fields, p => p.adults);
        const last = v.picked - 1, pickedLast = (a, b) => (a.p.i === last) - (b.p.i === last);
        const mark = n => {
            const p = n.p, picked = p.i === last, inside = n.r > 4.3 * p.name.length;
            svg.append("circle").attr("class", "edge").attr("cx", n.x).attr("cy", n.y).attr("r", n.r)
                .style("fill", shade(t(p.value))).style("stroke-width", picked ? 3.5 : 0.8);
            if (inside)
                svg.append("text").attr("x", n.x).attr("y", n.y + 4.5).attr("text-anchor", "middle").style("fill", t(p.value) > 0.5 ? "#ffffff" : "#000000").text(p.name);
            else if (picked)
                svg.append("text").attr("class", "halo strong").attr("x", Math.max(3.8 * p.name.length, Math.min(width - 3.8 * p.name.length, n.x)))
                    .attr("y", n.y - n.r - 5).attr("text-anchor", "middle").text(p.name);
            points.push({ x: n.x, y: n.y, r: n.r + 2, text: p.name + "\n" + placeWrite(p.value, k) + "\n" + W.places_adults + " " + count(p.adults) });
        };
        scaleBar(svg, width, 12, pale, dark, kindOf(k), titled(k) + (perAdult(k) ? " " + W.places_thousand : ""));
        let bottom = 52;
        if (placed.length > 1) {
            const [x0, x1] = d3.extent(placed, p => p.x), [y0, y1] = d3.extent(placed, p => p.y);
            const zoom = Math.min((width - 60) / (x1 - x0 || 1), 560 / (y1 - y0 || 1)), area = 0.3 * zoom * zoom * (x1 - x0) * (y1 - y0 || x1 - x0);
            const nodes = placed.map(p => ({ p, tx: (p.x - x0) * zoom, ty: (y1 - p.y) * zoom, r: Math.max(2.5, Math.min(60, Math.sqrt(area * p.adults / all / Math.PI))) }));
            nodes.forEach(n => { n.x = n.tx; n.y = n.ty; });
            settle(nodes, false);
            const left = d3.min(nodes, n => n.x - n.r), right = d3.max(nodes, n => n.x + n.r), top = d3.min(nodes, n => n.y - n.r);
            const fit = Math.min(1, (width - 8) / (right - left));
            nodes.forEach(n => { n.x = width / 2 + (n.x - (left + right) / 2) * fit; n.y = 68 + (n.y - top) * fit; n.r *= fit; });
            nodes.sort(pickedLast).forEach(mark);
            bottom = d3.max(nodes, n => n.y + n.r) + 30;
        }
        const { scale: x, cut } = scaleOf(low, high, [30, width - 30]), format = tick(kindOf(k));
        const dots = fields.map(p => ({ p, tx: x(p.value), ty: 0, x: x(p.value), y: (p.i % 7) - 3, r: 4.5 }));
        settle(dots, true);
        const [up, down] = d3.extent(dots, n => n.y), base = bottom + 24 - up;
        dots.forEach(n => { n.y += base; });
        dots.sort(pickedLast).forEach(mark);
        axisBottom(svg, x, base + down + 14, 6, format, titled(k) + (perAdult(k) ? " " + W.places_thousand : ""), width - 30);
        if (cut) svg.append("text").attr("class", "soft").attr("y", base + down + 66).text(W.cut_axis);
        hover(svg, points, view, width, ring);
        return base + down + 56 + (cut ? 14 : 0);
    },
    see: v => {
        const fields = placesOf(v), k = v.outcome, n = fields.length;
        if (!n) return W.places_none;
        const sorted = fields.map(p => p.value).reverse(), at = fields.findIndex(p => p.i === v.picked - 1);
        return fill(W.places_see, count(n), write(d3.quantile(sorted, 0.25), kindOf(k)), placeWrite(d3.quantile(sorted, 0.75), k),
            fields[n - 1].name, placeWrite(fields[n - 1].value, k), fields[0].name, placeWrite(fields[0].value, k)) +
            (at >= 0 ? " " + fill(W.places_picked, fields[at].name, placeWrite(fields[at].value, k), count(at + 1)) : "");
    },
    table: v => ({ head: [W.choose_place, titled(v.outcome) + (perAdult(v.outcome) ? " " + W.places_thousand : ""), W.places_rank, W.places_adults],
        rows: placesOf(v).map((p, n) => [p.name, write(p.value, kindOf(v.outcome)), String(n + 1), count(p.adults)]) }),
    csv: v => ({ head: [W.choose_place, titled(v.outcome) + (perAdult(v.outcome) ? " " + W.places_thousand : ""), W.places_rank, W.places_adults],
        rows: placesOf(v).map((p, n) => [p.name, p.value, n + 1, p.adults]) })
};

/* --- all --------------------------------------------------------------------------------------- */

const pictures = [glance, path, places, arms, curve, surface, tornado, lorenz, gini, lag, fifths, sites];

function start() {
    if (data.outcomes.length === 0) return;
    const figures = document.getElementById("figures");
    if (data.areas.length > 1)
        figures.append(make("div", { class: "controls" }, chooser(W.choose_place, data.areas, 0, v => {
            state.area = v;
            drawn.forEach(d => d.update());
        })));
    pictures.filter(p => p.when()).forEach(place);
    if (data.arms.length === 1 && !data.agents.some(a => a && a.sites.length > 0))
        figures.append(make("p", { class: "note" }, fill(W.not_here, W.sites_none)));
    let waiting = null;
    window.addEventListener("resize", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => drawn.forEach(d => {
            if (d.host.isConnected && Math.abs(Math.min(d.host.clientWidth, 860) - d.width()) > 8) d.update();
        }), 120);
    });
    document.documentElement.dataset.pictures = drawn.length;
}

function fail(what) {
    document.documentElement.dataset.failure = String(what);
    document.getElementById("broken").hidden = false;
}

window.addEventListener("error", e => fail(e.message));
try {
    start();
} catch (e) {
    fail(e && e.stack);
}
}());
