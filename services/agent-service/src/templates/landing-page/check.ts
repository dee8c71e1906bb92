// Uses a built landing page: looks at the page and its assets, sends good and bad messages.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkReadme, runCheck, startFile } from '../check-report.ts';
import { withServer } from '../started-program.ts';
import { landingPage } from './template.ts';

const GOOD = { name: 'Ada', email: 'ada@example.org', message: 'Hello "there" <b>' };

await runCheck(landingPage, async (check) => {
  checkReadme(check, 'npm start');
  await withServer(check.directory, startFile(check), async (url, dataDirectory) => {
    const page = await (await fetch(url)).text();
    check.ok(/<h1>[^<]+<\/h1>/.test(page) && page.includes('<form'), 'the page has a heading and a form');
    const assets = [...page.matchAll(/(?:href|src)="([^"#:]+)"/g)].map((match) => match[1] as string);
    for (const asset of assets) check.ok((await fetch(new URL(asset, url))).status === 200, `${asset} is served`);
    check.ok(assets.length >= 2, 'the page has a style sheet and a script');
    for (const [, anchor] of page.matchAll(/href="#([^"]+)"/g))
      check.ok(page.includes(`id="${anchor}"`), `#${anchor} leads somewhere`);
    const action = page.match(/<form[^>]* action="([^"]+)"/)?.[1];
    const fields = [...page.matchAll(/<(?:input|textarea)[^>]* name="(\w+)"/g)].map((match) => match[1]).sort();
    check.ok(action && fields.join() === 'email,message,name', 'the form asks for name, e-mail and message');
    const send = (message: Record<string, string>, type: string) =>
      fetch(new URL(action as string, url), {
        method: 'POST',
        headers: { 'content-type': type },
        body: type === 'application/json' ? JSON.stringify(message) : new URLSearchParams(message).toString(),
      });
    const stored = () => {
      const lines = readFileSync(join(dataDirectory, 'messages.jsonl'), 'utf8').trim().split('\n');
      return lines.map((line) => JSON.parse(line) as typeof GOOD);
    };
    check.ok((await send(GOOD, 'application/json')).status === 201, 'a good message is taken');
    check.ok((await send(GOOD, 'application/x-www-form-urlencoded')).status === 201, 'also without the script');
    check.ok(
      stored().length === 2 && stored().every((line) => line.message === GOOD.message),
      'it is stored as it was written',
    );
    check.ok(
      (await send({ ...GOOD, email: 'nobody' }, 'application/json')).status === 422,
      'a bad e-mail address is refused',
    );
    check.ok((await send({ ...GOOD, message: ' ' }, 'application/json')).status === 422, 'an empty message is refused');
    check.ok(stored().length === 2, 'nothing of those was stored');
  });
});
