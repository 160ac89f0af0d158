/** The look of the reference: no files, no scripts, light or dark as the browser says. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfaf8, #1a1918);
  --raised: light-dark(#fff, #232120);
  --line: light-dark(#e5e1db, #3a3735);
  --text: light-dark(#23201d, #ece8e3);
  --quiet: light-dark(#6b645c, #a39b92);
  --accent: light-dark(#a5400f, #f0915c);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0 auto; max-width: 80rem; display: grid; grid-template-columns: 17rem minmax(0, 1fr);
  background: var(--ground); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif;
}
nav {
  position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 1.5rem 1rem 2rem 1.5rem;
  font-size: 13px;
}
nav h2 { margin: 1.25rem 0 0.25rem; font-size: 12px; color: var(--quiet); font-weight: 600; }
nav ol { margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: 0.15rem 0; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { color: var(--accent); }
main { padding: 1.5rem 1.5rem 6rem; min-width: 0; }
h1 { margin: 0.25rem 0 0.5rem; font-size: 1.75rem; line-height: 1.25; }
main > section > h2 { margin: 3.5rem 0 0.25rem; font-size: 1.35rem; }
h3 { margin: 0; font-size: 1.05rem; }
h4 { margin: 1.25rem 0 0.35rem; font-size: 13px; color: var(--quiet); font-weight: 600; }
p { margin: 0.25rem 0; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
article {
  margin: 1rem 0; padding: 1.1rem 1.25rem 1.25rem; background: var(--raised); border: 1px solid var(--line);
  border-radius: 10px;
}
article:target { border-color: var(--accent); }
code, pre { font: 13px/1.5 ui-monospace, 'JetBrains Mono', Menlo, Consolas, monospace; }
pre {
  margin: 0.25rem 0; padding: 0.75rem 0.9rem; max-height: 24rem; overflow: auto; background: var(--ground);
  border: 1px solid var(--line); border-radius: 7px; white-space: pre-wrap; overflow-wrap: anywhere;
}
.path { margin: 0.15rem 0 0.5rem; overflow-wrap: anywhere; }
.method { color: var(--accent); font-weight: 600; }
.quiet, .either, td p, .required { color: var(--quiet); font-size: 13px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
td { padding: 0.4rem 0.75rem 0.4rem 0; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
tr:first-child td { border-top: 0; }
td:first-child { width: 38%; }
.variant { margin: 0.35rem 0 0.35rem 0.25rem; padding-left: 0.9rem; border-left: 2px solid var(--line); }
details > summary { cursor: pointer; margin-top: 1rem; font-size: 13px; color: var(--quiet); font-weight: 600; }
@media (max-width: 60rem) {
  body { display: block; }
  nav { position: static; max-height: none; padding-bottom: 0; columns: 2; }
  nav div { break-inside: avoid; }
}
@media print {
  nav { display: none; }
  body { display: block; }
  pre { max-height: none; }
}
`
