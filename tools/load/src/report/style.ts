/** The report's style: light and dark, narrow and wide, and readable on paper. */
export const style = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--text:#1b2430;--soft:#5a6675;--line:#e0e4ea;--s1:#1f6feb;--s2:#c2410c;--s3:#7c3aed;--s4:#0f766e;--good:#116b3c;--bad:#b42318;--warn:#8a5a00;--good-bg:#e3f5ea;--bad-bg:#fde8e6;--warn-bg:#fdf1d8}
@media (prefers-color-scheme:dark){:root{--bg:#0f141b;--card:#171e27;--text:#e6ebf2;--soft:#9aa7b6;--line:#2a3441;--s1:#6cb1ff;--s2:#ff9d5c;--s3:#c4a1ff;--s4:#4fd1c0;--good:#7ee2a8;--bad:#ff9b92;--warn:#f2c46d;--good-bg:#12311f;--bad-bg:#3b1714;--warn-bg:#35280c}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{max-width:1160px;margin:0 auto;padding:24px 16px 64px}
h1{font-size:1.5rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:32px 0 12px}
h3{font-size:1rem;margin:0 0 8px}
.meta{color:var(--soft);margin:4px 0 0}
.verdict{display:inline-block;font-weight:700;padding:2px 10px;border-radius:6px;margin-right:8px}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.verdict.good{background:var(--good-bg)}.verdict.bad{background:var(--bad-bg)}.verdict.warn{background:var(--warn-bg)}
.sentence{font-size:1.05rem;margin:16px 0 0}
.reasons{background:var(--bad-bg);border-radius:10px;padding:12px 16px;margin:16px 0 0}
.reasons ul{margin:4px 0 0;padding-left:20px}.reasons li{margin:6px 0}.reasons p{margin:2px 0 0;color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:12px;margin:20px 0 0;padding:0;list-style:none}
.tiles li,.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px;min-width:0}
.tiles span{display:block;color:var(--soft);font-size:.85rem}.tiles strong{font-size:1.4rem;font-variant-numeric:tabular-nums}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:16px;align-items:start}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{fill:var(--soft);font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums}
.grid{stroke:var(--line)}.axis,.tick{stroke:var(--soft)}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.s1{stroke:var(--s1)}.s2{stroke:var(--s2);stroke-dasharray:7 4}.s3{stroke:var(--s3);stroke-dasharray:2 4}.s4{stroke:var(--s4);stroke-dasharray:10 3 2 3}
.bar{fill:var(--s1);opacity:.75}
.bound{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:4 3}svg .bound-label{fill:var(--bad)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:6px 0 0;color:var(--soft);font-size:.85rem}
.legend span{display:inline-flex;align-items:center;gap:6px}.legend svg{width:24px}
ul{margin:8px 0 0;padding-left:20px;overflow-wrap:anywhere}.card>.meta{margin:0}
details{margin-top:8px}summary{cursor:pointer;color:var(--soft);font-size:.85rem}
.scroll{overflow-x:auto}details .scroll{max-height:320px;overflow-y:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding-bottom:4px}
th,td{text-align:right;padding:5px 10px;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child{text-align:left;padding-left:0;font-weight:500}
thead th{color:var(--soft);font-weight:500}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--s1);outline-offset:2px}
@media print{body{background:#fff}.card,.tiles li{break-inside:avoid}}
`
