// What every page of the documents has: head, navigation and style sheet; no script, so the strict policy has nothing to allow.
import { type Html, html } from './html.ts';

export type Section = { id: string; title: string; body: Html };

export function page(title: string, intro: Html, sections: readonly Section[]): string {
  const links = sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`);
  const parts = sections.map(
    ({ id, title: name, body }) => html`<section id="${id}"><h2>${name}</h2>${body}</section>`,
  );
  const { html: text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<header><h1>${title}</h1><p>${intro}</p></header>
<nav aria-label="Sections"><ul>${links}</ul></nav>
<main>${parts}</main>
</body>
</html>
`;
  return text;
}

/** A JSON value as an example that is folded away. */
export const example = (name: string, value: unknown): Html =>
  html`<details><summary>${name}</summary><pre><code>${JSON.stringify(value, null, 2)}</code></pre></details>`;
