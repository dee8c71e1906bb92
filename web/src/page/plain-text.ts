// What agents and commands write is shown as text. React escapes the markup; this takes out what is not markup but
// still would not read as text: terminal codes, and other control characters than tab and line end.

const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);
const SEQUENCES = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)|[ -/]*[0-~])`,
  'g',
);
const CONTROL = /[^\P{Cc}\t\n]/gu;

export function toPlainText(text: string): string {
  return text.replace(SEQUENCES, '').replaceAll('\r\n', '\n').replace(CONTROL, '');
}
