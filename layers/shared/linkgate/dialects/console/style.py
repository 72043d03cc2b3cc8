"""Style sheet and script of the console's pages. The policy of each page names both by their hashes."""

STYLE = """
*{box-sizing:border-box}
html{font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:#1b1b1f;
background:#f2f3f6;-webkit-text-size-adjust:100%;overflow-wrap:break-word}
body{margin:0}
header{background:#1d2433;color:#fff}
header>div,main{max-width:72rem;margin:0 auto;padding:0 1rem}
header>div{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.5rem;padding-block:.5rem}
header a,header button{color:#fff}
header strong{font-weight:600}
nav ul{display:flex;flex-wrap:wrap;gap:0 .25rem;list-style:none;margin:0;padding:0}
nav a{display:inline-block;padding:.5rem .6rem;text-decoration:none;border-radius:.25rem}
header nav a[aria-current]{background:#3a4561;font-weight:600}
header nav a:hover{text-decoration:underline}
.who{display:flex;flex-wrap:wrap;align-items:center;gap:0 1rem;margin-inline-start:auto}
main{padding-block:1.25rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}
h2{font-size:1.0625rem;margin:1.5rem 0 .5rem}
p{margin:0 0 .75rem}
a{color:#0a4bb3}
.small{font-size:.9375rem;color:#4a4d57}
.box{border-inline-start:.3rem solid #0a4bb3;background:#fff;padding:.75rem 1rem;margin:0 0 1.25rem}
.box.bad{border-color:#b3261e;background:#fdf0ef}
.box.good{border-color:#1a6b34;background:#edf7f0}
.box p:last-child{margin:0}
form{margin:0}
.find{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 .25rem}
.find input{flex:1 1 14rem;width:auto}
.filters{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;margin:0 0 1rem}
.filters .field{margin:0}
.field{margin:0 0 1.25rem;border:0;padding:0;min-width:0;max-width:40rem}
label,legend{display:block;font-weight:600;padding:0;margin:0 0 .25rem}
.hint{display:block;margin:0 0 .25rem;font-size:.9375rem;color:#4a4d57}
.fault{display:block;color:#b3261e;font-weight:600}
input,select,textarea,button{font:inherit;color:inherit}
input[type=text],input[type=search],input[type=email],input[type=tel],input[type=date],select,textarea{width:100%;
min-height:2.75rem;padding:.4rem .6rem;border:1px solid #6b6e78;border-radius:.25rem;background:#fff}
.choice{display:flex;align-items:center;gap:.6rem;min-height:2.5rem;font-weight:400;margin:0}
.choice input{width:1.25rem;height:1.25rem;flex:none;margin:0;accent-color:#0a4bb3}
button,.button{display:inline-block;min-height:2.75rem;padding:.5rem 1rem;border:2px solid #0a4bb3;border-radius:.25rem;
background:#0a4bb3;color:#fff;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
.button,button.second{background:#fff;color:#0a4bb3}
button.stop{background:#b3261e;border-color:#b3261e}
button.plain{background:none;border:0;min-height:2.5rem;padding:.25rem 0;font-weight:400;text-decoration:underline}
main button.plain{color:#0a4bb3}
:focus-visible{outline:3px solid #0a4bb3;outline-offset:2px}
header :focus-visible{outline-color:#fff}
table{border-collapse:collapse;width:100%;background:#fff;margin:0 0 1rem}
caption{text-align:start;font-weight:600;padding:.5rem 0}
th,td{text-align:start;vertical-align:top;padding:.5rem .75rem;border-bottom:1px solid #dcdee5}
thead th{font-size:.9375rem;color:#4a4d57;font-weight:600}
.number{text-align:end;font-variant-numeric:tabular-nums}
.lost{color:#b3261e;font-weight:600}
.state{display:inline-block;padding:.1rem .6rem;border:1px solid #6b6e78;border-radius:1rem;font-weight:600}
.sides{display:grid;gap:0 2rem}
.pair{display:grid;gap:0 2rem}
.sides>*,.pair>*{min-width:0}
.events{list-style:none;margin:0 0 1rem;padding:0;background:#fff}
.events li{display:grid;grid-template-columns:12.5rem 1fr;gap:0 .75rem;padding:.4rem .75rem;
border-bottom:1px solid #dcdee5}
.events .pending{color:#62656f;font-style:italic}
.acts{list-style:none;margin:0 0 1rem;padding:0}
.acts li{margin:0 0 1rem}
.acts button,.acts .button{width:100%}
fieldset.acts button{margin-block-start:.5rem}
.questions{list-style:none;margin:0 0 1rem;padding:0;background:#fff}
.questions li{padding:.5rem .75rem;border-bottom:1px solid #dcdee5}
.questions a{display:inline-block;padding:.25rem 0}
.questions button{margin-inline-end:1.25rem}
.family{display:flex;flex-wrap:wrap;gap:.25rem .5rem;list-style:none;padding:0;margin:0 0 1rem}
.family a,.family span{display:inline-block;padding:.35rem .6rem;border:1px solid #c9ccd4;border-radius:.25rem;
background:#fff}
.family [aria-current]{font-weight:600;border-color:#1b1b1f}
dl{margin:0 0 1rem}
dt{font-weight:600}
dd{margin:0 0 .6rem;white-space:pre-line}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.chart th,.chart td{padding:.4rem}
.bar{display:block;width:100%;min-width:1rem;height:.75rem;margin-block-start:.4rem}
.chart td:nth-child(2){width:45%}
.columns{display:block;width:100%;height:5rem;background:#fff}
figure{margin:0 0 1rem}
summary{padding:.5rem 0;cursor:pointer}
.ink{display:block;width:100%;max-width:20rem;background:#fff;border:1px solid #6b6e78}
.list{list-style:none;padding:0}
.list a{display:inline-block;padding:.5rem 0;max-width:100%;overflow-wrap:anywhere}
.back a{display:inline-block;padding:.5rem 0;margin-block-start:.5rem}
.wide{overflow-x:auto}
.press{display:inline-block;margin:0 1rem .5rem 0}
code,pre{overflow-wrap:anywhere;white-space:pre-wrap}
iframe.mail{display:block;width:100%;height:36rem;border:1px solid #6b6e78;background:#fff;margin:1rem 0}
.sms{background:#fff;padding:.75rem 1rem;margin:0 0 .5rem;max-width:24rem}
.code{font-family:ui-monospace,Consolas,monospace;font-size:.875rem;white-space:pre;overflow:auto}
main nav{margin:0 0 1rem}
main nav .list{display:block}
main nav a{text-decoration:underline}
@media(min-width:56rem){.sides{grid-template-columns:3fr 2fr}
.sides>:first-child:not(:last-child){grid-column:2;grid-row:1}
.sides>:last-child{grid-row:1}.pair{grid-template-columns:1fr 1fr}}
@media(max-width:44rem){.cards,.cards tbody,.cards tr,.cards td,.cards th,.cards caption{display:block}
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards tr{border-bottom:1px solid #6b6e78;padding:.5rem 0}
.cards td,.cards tbody th{border:0;padding:.1rem .75rem}
.cards td[data-label]::before{content:attr(data-label) " ";color:#4a4d57}
.cards .number{text-align:start}
.cards td:empty{display:none}
.events li{grid-template-columns:1fr}}
@media print{header,.screen{display:none}}
"""

SCRIPT = """
(() => {
  const page = document, ours = page.documentElement.lang;
  const theirs = navigator.languages.find(known => known.startsWith(ours)) || ours;
  for (const time of page.querySelectorAll('time')) time.textContent =
    new Date(time.dateTime).toLocaleString(theirs, {dateStyle: 'medium', timeStyle: 'short'});
  const find = page.getElementById('text');
  if (find) {
    addEventListener('keydown', event => {
      const typing = event.target.closest('input, textarea, select');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      find.focus();
      find.select();
    });
    // What follows # in a customer's link is a secret. It never leaves this browser.
    find.addEventListener('input', () => { find.value = find.value.replace(/#.*/, '#'); });
    find.form.addEventListener('submit', () => { find.value = find.value.split('#')[0]; });
  }
  for (const form of page.forms) {
    let sent = false;
    form.addEventListener('submit', event => {
      // A preview in a frame leaves the page, and its buttons, as they are.
      if (event.submitter && event.submitter.formTarget) return;
      if (sent) event.preventDefault();
      else setTimeout(() => { sent = false; }, 10000);
      sent = true;
    });
    addEventListener('pageshow', () => { sent = false; });
  }
  const wrong = page.getElementById('errors');
  if (wrong) wrong.focus();
})();
"""
