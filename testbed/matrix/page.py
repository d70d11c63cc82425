# SPDX-License-Identifier: GPL-2.0-only
"""page.py - the matrix as one HTML page

In:  Results, and the texts of page.html and page.css; make report has a page of its own
Out: the page, which needs no script and no other file, and is well-formed as XML too
"""

import html
from collections.abc import Iterable, Iterator
from string import Template

from model import MODELS, REVISIONS
from results import LISTED, RESULTS, Judged, Legend, Move, Results

SIGN = {"kept": "=", "changed": "&#8800;", "refused": "&#215;", "absent": "&#8211;"}
MEANS = {
    "kept": "The guest sees no change.",
    "changed": "The guest sees a change; the numbers say which.",
    "refused": "The target cannot run the VM at that revision.",
    "absent": "The source cannot have a VM at that revision.",
}
EXPLAIN = {
    "default": "The VMM asks for nothing, as today: each kernel gives the VM its own revision. "
    "And on a GICv2, KVM then ignores the restore of the groups, so that they are lost between "
    "equal kernels too.",
    "0": "The group registers of v4.7 to v4.18: they read as ones, and writes are ignored. "
    "Interrupts are group 0 on GICv2 all the same, and group 1 on GICv3.",
    "1": "In no release of mainline. The group registers read as zeros on GICv2 and as ones on "
    "GICv3, which is true; writes are ignored.",
    "2": "The group registers of v4.19 and later: a guest can write them.",
    "3": "As 2; and GICR_CTLR of a GICv3 shows IR and CES, as from v5.19 on.",
}
FRAME = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>vGIC revisions: $title</title>
<style>
$css
</style>
</head>
<body>
<main>
$body</main>
</body>
</html>
""")
PROBE_HEAD = """\
<h3>{model}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="What a guest sees, {model}">
<table class="probe">
<thead><tr><th scope="col" rowspan="2" class="stay">Kernel</th>\
<th scope="col" rowspan="2">Revision</th>\
<th scope="colgroup" colspan="2">Chosen through</th>\
<th scope="colgroup" colspan="3">GICD_IGROUPR1, as the guest reads it</th>\
{ctlr}<th scope="col" rowspan="2">An SPI arrives as</th></tr>
<tr><th scope="col">GICD_IIDR</th><th scope="col">attribute</th>\
<th scope="col">at reset</th><th scope="col">after the guest wrote a5a5a5a5</th>\
<th scope="col">after userspace wrote 3c3c3c3c</th></tr></thead>"""
CTLR = '<th scope="col" rowspan="2">GICR_CTLR</th>'
NOTHING = '<td class="nothing">&#8211;</td>'


def esc(text: str) -> str:
    """Escape text for HTML."""
    return html.escape(text, quote=False).replace('"', "&quot;")


def items(texts: Iterable[str]) -> list[str]:
    """Make a list, if there is anything to list."""
    lines = [f"<li>{esc(text)}</li>" for text in texts]
    return ["<ul>", *lines, "</ul>"] if lines else []


def numbers(results: Results) -> Iterator[str]:
    """Count the results, and say how many are not as expected, or not judged."""
    counts, cells, not_judged = results.count(), len(results.cells), results.not_judged()
    yield f'<ul class="numbers" aria-label="{cells} moves">'
    for name in RESULTS:
        swatch = f'<span class="swatch {name}">{SIGN[name]}</span><b>{counts[name]}</b>'
        words = f'<span class="name">{name}</span> <small>{MEANS[name]}</small>'
        yield f"<li>{swatch} {words}</li>"
    yield "</ul>"
    if found := results.surprises():
        were = "result was" if len(found) == 1 else "results were"
        more = [f"and {len(found) - LISTED} more"] if len(found) > LISTED else []
        yield '<section class="alarm" id="unexpected">'
        yield f"<h2>{len(found)} {were} not expected</h2>"
        yield "<p>A frame and an exclamation mark show where in the matrix.</p>"
        yield from items([*found[:LISTED], *more])
        yield "</section>"
    elif not_judged < cells:
        which = f"other {cells - not_judged}" if not_judged else f"{cells}"
        text = f"All {which} results are what testbed/matrix/expected has for them."
        yield f'<p class="calm">{text}</p>'
    if not_judged:
        text = "results were not judged: nothing is expected of a kernel of your own."
        yield f'<p class="calm">{not_judged} of {cells} {text}</p>'


def tell_stories(results: Results) -> Iterator[str]:
    """Tell the stories, two by two."""
    if results.stories:
        yield '<section class="wide" id="stories">'
        yield "<h2>What happens to a guest, without and with the series</h2>"
    for place, (story, steps) in enumerate(results.stories):
        tag = {"patched": "Patched, at the right revision", "unpatched": "Unpatched"}[story.tag()]
        if place % 2 == 0:
            yield '<div class="pair">'
        yield f'<section class="story">\n<p class="tag">{tag}</p>'
        yield f"<h3>{esc(story.title)}</h3>\n<ol>"
        for number, (what, judged) in enumerate(steps, 1):
            name = judged.outcome.result
            sign = f'<span class="sign">{SIGN[name]}</span>'
            badge = f'<span class="badge {name}">{sign} {name}</span>'
            yield f'<li value="{number}"><p>{esc(what)} {badge}</p>'
            yield from items(judged.outcome.details)
            yield "</li>"
        yield "</ol>\n</section>"
        if place % 2 == 1:
            yield "</div>"
    if results.stories:
        yield "</section>"


def cell(legend: Legend, move: Move, judged: Judged) -> str:
    """Make one cell: <td class="RESULT" title="MODEL, revision ...: RESULT: DETAIL">."""
    name, codes = judged.outcome.result, legend.codes(judged.outcome)
    text = SIGN[name]
    if name == "changed":
        text = " ".join(codes)
    elif codes:
        text += f"<sup>{codes[0]}</sup>"
    if judged.expected is False:
        text = f"<b>!</b>&#160;{text}"
    if codes:
        text = f'<a href="#code-{codes[0]}">{text}</a>'
    marks = {True: ("", ""), False: (" unexpected", " (not expected)"), None: ("", " (not judged)")}
    mark, note = marks[judged.expected]
    return f'<td class="{name}{mark}" title="{esc(f"{move}: {judged}{note}")}">{text}</td>'


def square(results: Results, legend: Legend, model: str, revision: str) -> Iterator[str]:
    """Make the square of one model and one revision."""
    names, counts = [kernel.name for kernel in results.kernels], results.count(model, revision)
    text = ", ".join(f"{counts[result]} {result}" for result in RESULTS if counts[result])
    yield f'<div class="scroll"><table class="square" style="--columns: {len(names)}">'
    yield f'<caption><b>{model}</b> <span class="dim">{text}</span></caption>'
    yield '<thead><tr><td class="corner">from&#160;&#8595; to&#160;&#8594;</td>'
    yield from (f'<th scope="col">{esc(name)}</th>' for name in names)
    yield "</tr></thead><tbody>"
    for source in names:
        yield f'<tr><th scope="row">{esc(source)}</th>'
        moves = (Move(model, revision, source, target) for target in names)
        yield from (cell(legend, move, results.cells[move]) for move in moves)
        yield "</tr>"
    yield "</tbody></table></div>"


def matrix(results: Results) -> Iterator[str]:
    """Make all squares, a band for each revision, and the lists of the codes."""
    legend = Legend(results)
    for revision in REVISIONS:
        models = [model for model in MODELS if (model, revision) in results.squares()]
        if not models:
            continue
        heading = "No revision chosen" if revision == "default" else f"Revision {revision}"
        yield f'<section class="band">\n<div class="what"><h3>{heading}</h3>'
        yield f"<p>{EXPLAIN[revision]}</p></div>"
        for model in models:
            yield from square(results, legend, model, revision)
        yield "</section>"
    for heading, rows in legend.lists.items():
        if rows:
            yield f'<div class="codes"><h3>{heading}</h3>\n<dl>'
        for code, detail, uses in rows:
            term = f'<dt class="{"changed" if code.isdigit() else "reason"}">{code}</dt>'
            text = f'{esc(detail)} <span class="dim">{uses}</span>'
            yield f'<div id="code-{code}">{term}<dd>{text}</dd></div>'
        if rows:
            yield "</dl></div>"


def probe_tables(results: Results) -> Iterator[str]:
    """Make a table for each model that was probed."""
    for model in MODELS:
        probes = results.probes(model)
        if probes:
            yield PROBE_HEAD.format(model=model, ctlr=CTLR if model == "GICv3" else "")
        for name, rows in probes.items():
            lead = f'<th scope="rowgroup" class="stay" rowspan="{len(rows)}">{esc(name)}</th>'
            yield "<tbody>"
            for revision, *cells in rows:
                kinds = [f"is-{cells[0]}", f"is-{cells[1]}", "hex", "hex", "hex", "hex", "word"]
                shown = [
                    f'<td class="{kind}">{esc(text)}</td>' if text != "-" else NOTHING
                    for text, kind in zip(cells, kinds, strict=True)
                ]
                if model == "GICv2":
                    shown.pop(5)
                yield f"<tr>{lead}<td>{revision}</td>{''.join(shown)}</tr>"
                lead = ""
            yield "</tbody>"
        if probes:
            yield "</table></div>"


def kernel_list(results: Results) -> Iterator[str]:
    """List where the kernels are from, and what they call themselves."""
    for kernel in results.kernels:
        release = f'<span class="dim">uname -r: {esc(kernel.release)}</span>'
        text = f"{esc(kernel.package)}<br/>{release}"
        yield f"<div><dt>{esc(kernel.name)}</dt><dd>{text}</dd></div>"


def fill(title: str, template: str, css: str, parts: dict[str, Iterable[str]], **more: str) -> str:
    """Put the lines of the parts, and more words, into a template, and that into a page."""
    texts = {name: "\n".join(lines) for name, lines in parts.items()}
    body = Template(template[template.index("<header") :]).substitute(texts, **more)
    return FRAME.substitute(title=title, css=css.rstrip("\n"), body=body)


def make_page(results: Results, template: str, css: str) -> str:
    """Make the page."""
    parts = {
        "numbers": numbers(results),
        "stories": tell_stories(results),
        "matrix": matrix(results),
        "probes": probe_tables(results),
        "kernels": kernel_list(results),
    }
    return fill("VMs moved between kernels", template, css, parts, date=results.date)
