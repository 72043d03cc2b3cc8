"""Style sheets of the pages. The policy of each page contains the hash of its own, so no other style can apply."""

STYLE = """
*{box-sizing:border-box}
html{font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:#1b1b1f;
background:#f2f3f6;-webkit-text-size-adjust:100%;overflow-wrap:break-word}
body{margin:0;min-height:100vh;display:flex;flex-direction:column}
header{background:var(--accent);color:var(--ink);padding:1rem}
header div,main,footer{width:100%;max-width:36rem;margin:0 auto}
header div{display:flex;align-items:center;gap:.75rem;font-weight:600}
.test{max-width:36rem;margin:.75rem auto 0;padding:.25rem .6rem;background:#ffe9a8;color:#1b1b1f;font-weight:600}
header .role{margin-inline-start:auto;padding:.1rem .6rem;border:1px solid currentcolor;border-radius:1rem;
font-weight:400;overflow-wrap:anywhere}
header img{max-height:2.5rem;max-width:10rem;background:#fff;border-radius:.25rem;padding:.2rem}
main{background:#fff;padding:1.5rem 16px 2rem;flex:1 0 auto}
footer{padding:1rem;font-size:.875rem;color:#4a4d57}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}
.caption{display:block;font-size:1rem;font-weight:400;color:#4a4d57;margin:0 0 .25rem}
h2{font-size:1.125rem;margin:2rem 0 .5rem}
p{margin:0 0 1rem}
a{color:#0a4bb3}
.small{font-size:.9375rem;color:#4a4d57}
.box{border-inline-start:.3rem solid #0a4bb3;background:#eef3fb;padding:.75rem 1rem;margin:0 0 1.25rem}
.box.bad{border-color:#b3261e;background:#fdf0ef}
.box.good{border-color:#1a6b34;background:#edf7f0}
.box p:last-child,.box ul:last-child{margin-bottom:0}
.box h2{margin:0 0 .5rem}
.box ul{margin:0;padding-inline-start:1.25rem}
form{margin:0}
.field{margin:0 0 1.5rem;border:0;padding:0;min-width:0}
.field.wrong{border-inline-start:.25rem solid #b3261e;padding-inline-start:.75rem}
label,legend,.label{display:block;font-weight:600;padding:0;margin:0 0 .25rem}
.hint,.fault{display:block;margin:0 0 .35rem;font-size:.9375rem;color:#4a4d57;font-weight:400}
.fault{color:#b3261e;font-weight:600}
input,select,textarea,button{font:inherit;color:inherit}
input[type=text],input[type=date],input[type=email],input[type=tel],select,textarea{width:100%;min-height:2.75rem;
padding:.5rem .75rem;border:1px solid #6b6e78;border-radius:.375rem;background:#fff}
textarea{min-height:8rem}
input:disabled{background:#e7e8ec}
.given{margin:.25rem 0 0;font-size:.9375rem;color:#4a4d57}
.choice{display:flex;align-items:center;gap:.75rem;min-height:2.75rem;font-weight:400;margin:0;overflow-wrap:anywhere}
.choice input{width:1.375rem;height:1.375rem;flex:none;margin:0;accent-color:#0a4bb3}
.none{font-size:.9375rem}
button,.button{display:block;width:100%;min-height:3rem;padding:.7rem 1.25rem;border:2px solid var(--accent);
border-radius:.375rem;background:var(--accent);color:var(--ink);font-weight:600;text-align:center;text-decoration:none;
cursor:pointer;margin:0 0 .75rem}
button.plain{display:inline-block;width:auto;min-height:2.75rem;padding:.25rem .5rem;margin:0;border:0;background:none;
color:#0a4bb3;font-weight:400;text-decoration:underline}
button.plain[aria-current]{color:inherit;font-weight:600;text-decoration:none}
footer p{margin:0 0 .5rem}
.links a{display:inline-block;padding:.25rem 0}
.languages{margin:0 -.5rem}
main .plain{padding-inline:0}
.second{background:#fff;color:#1b1b1f;border-color:#6b6e78}
:focus-visible,input[type=date]:focus-within{outline:3px solid #0a4bb3;outline-offset:3px}
header :focus-visible{outline-color:currentcolor}
.spoken,.quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[hidden]{display:none!important}
@media(min-width:40rem){main{margin:1.5rem auto 0;padding:2rem;border-radius:.5rem}button,.button{width:auto}}
@media print{header,main{background:#fff;color:#000}button,footer,.screen{display:none}}
"""


_FURTHER = {
    'id="live"': """
.live{border:1px solid #c9ccd4;border-radius:.5rem;padding:.75rem 1rem;margin:0 0 1.25rem}
.live h2{margin:0 0 .25rem;font-size:1rem}
.live p:empty{margin:0}
.people{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:0 0 .25rem;padding:0}
.people .away{color:#4a4d57}
.dot{display:inline-block;width:.75rem;height:.75rem;border-radius:50%;margin-inline-end:.4rem}
.live~form .field{position:relative}
.who{position:absolute;inset-inline-end:0;top:-1.1rem;color:#fff;font-size:.875rem;font-weight:600;border-radius:.25rem;
padding:0 .5rem}
.lines{list-style:none;margin:0 0 1rem;padding:0;max-height:20rem;overflow-y:auto}
.lines li{margin:0 0 .5rem;padding:.5rem .75rem;border-radius:.5rem;background:#eef3fb;white-space:pre-line}
.lines .mine{background:#edf7f0;margin-inline-start:2rem}
.lines strong{display:block;font-size:.9375rem}
.lines:empty{display:none}
.write textarea{min-height:4rem}
.write .choice+.fault+button,.notes{margin-top:.5rem}
.shut .media,.shut .write{display:none}
.writing{color:#4a4d57;white-space:pre-line}
.writing:empty,.media p:empty{margin:0}
.pictures{position:relative;background:#1b1b1f;border-radius:.5rem;margin:0 0 1rem;min-height:7rem;overflow:hidden}
.theirs{display:block;width:100%;max-height:70vh}
.own{position:absolute;inset-inline-end:.5rem;bottom:.5rem;width:28%;border:2px solid #fff;border-radius:.375rem;
transform:scaleX(-1)}
.quiet+.own{position:static;display:block;width:auto;max-width:100%;max-height:12rem;margin:0 auto;border:0}
.devices{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 1rem}
.devices button{flex:1 1 7rem;padding:.5rem;margin:0}
.waiting{list-style:none;margin:0;padding:0}
""",
    'class="scale': """
.scale{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(0,1fr);gap:2px}
.scale .choice{position:relative;align-items:stretch}
.scale input{position:absolute;inset:0;width:100%;height:100%;opacity:0;cursor:pointer}
.scale span{flex:1;display:flex;flex-direction:column;align-items:center;justify-content:center;min-width:0;
padding:.25rem 0;border:1px solid #6b6e78;border-radius:.375rem;text-align:center}
.scale small{font-size:.8125rem;line-height:1.2;hyphens:auto;max-width:100%}
.scale input:checked+span{background:#0a4bb3;border-color:#0a4bb3;color:#fff}
.scale input:focus-visible+span{outline:3px solid #0a4bb3;outline-offset:2px}
.scale svg{fill:#fff;stroke:#1b1b1f;stroke-width:1.5;stroke-linecap:round;flex:none}
.scale .dark{stroke:#1b1b1f}
.stars .choice:has(:checked) svg,.stars .choice:has(~.choice :checked) svg{fill:#ffc83d}
.smileys input:checked+span svg{fill:#ffc83d}
@media(forced-colors:active){.scale input:checked+span{outline:3px solid Highlight}}
.ends{display:flex;justify-content:space-between;gap:1rem;margin:.25rem 0 0;font-size:.9375rem;color:#4a4d57}
.ends span:last-child{text-align:end}
@media(min-width:40rem){.matrix .field{display:grid;grid-template-columns:2fr 3fr;gap:0 1rem;align-items:center}
.matrix .field>legend{float:inline-start;grid-row:1}.matrix .field>:not(legend){grid-column:2}}
""",
    "<dl": """
dl{margin:0 0 1.5rem}
dt{font-weight:600}
dd{margin:0 0 .75rem;white-space:pre-line}
""",
    "<h3": """
h3{font-size:1rem;margin:1.25rem 0 .5rem}
""",
    'class="if"': """
.if{border:0;margin:0;padding:0;min-width:0}
""",
    'class="note"': """
.note{white-space:pre-line}
""",
    'class="section': """
.section{border:0;border-top:1px solid #c9ccd4;margin:0 0 .5rem;padding:1.25rem 0 0;min-width:0}
.section>legend{font-size:1.125rem;padding-inline-end:.75rem}
""",
    'class="unit"': """
.unit{font-weight:400}
""",
    'class="boxes"': """
.boxes{display:flex;gap:1rem}
.boxes label{font-weight:400}
.boxes input{width:4rem}
.boxes label:last-child input{width:6rem}
""",
    'class="code"': """
.code{letter-spacing:.3em;font-size:1.375rem;max-width:14rem}
""",
    'class="file"': """
.file{border:1px solid #c9ccd4;border-radius:.5rem;padding:.75rem 1rem .25rem;margin:0 0 1.25rem}
.file h2{margin:0}
""",
    'class="hours"': """
.hours{border-collapse:collapse;margin:0 0 1.5rem}
.hours th{text-align:start;padding:.2rem 0;padding-inline-end:1.5rem}
.hours td{padding:.2rem 0}
""",
    'class="ways"': """
.ways{margin:0 0 1rem;padding-inline-start:1.25rem}
""",
    "data-upload=": """
.uploads ul{list-style:none;margin:0;padding:0;overflow-wrap:anywhere}
progress{width:100%}
""",
    "data-sign=": """
canvas,.ink{display:block;width:100%;aspect-ratio:3;border:1px solid #6b6e78;border-radius:.375rem;background:#fff;
touch-action:none;margin:0 0 .5rem}
""",
    'class="ink"': """
.ink{display:block;width:100%;max-width:20rem;aspect-ratio:3}
""",
    'type="file"': """
input[type=file]{width:100%}
""",
    'class="answers"': """
.answers div{display:grid;grid-template-columns:1fr auto;gap:0 1rem;border-top:1px solid #c9ccd4;padding:.6rem 0}
.answers dt{grid-column:1}
.answers dd{margin:0;grid-column:1}
.answers .change{grid-column:2;grid-row:1;padding:.15rem 0}
.answers .fault{grid-column:1}
""",
    'class="section group"': """
.entry{margin-inline-start:.25rem;padding-inline-start:1rem;border-top:0;border-inline-start:.25rem solid #c9ccd4}
.group>.entry{margin-bottom:1.25rem;padding-top:.25rem}
""",
}
"""Styles that only some pages need, by what those pages have."""


def style_for(accent: str, ink: str, content: str) -> str:
    """Return the style sheet of a page with this content in a tenant's colours. Both are `#rrggbb`."""
    further = "".join(style for mark, style in _FURTHER.items() if mark in content)
    return f":root{{--accent:{accent};--ink:{ink}}}{STYLE}{further}"
