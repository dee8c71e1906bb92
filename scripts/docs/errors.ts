import { errorCodes } from '@builder-ai/contracts/error-codes';
import { type GeneratedDocument, NOTICE, table } from './document.ts';

export function errorsDocument(): GeneratedDocument {
  const rows = Object.entries(errorCodes).map(([code, { status, detail }]) => [`\`${code}\``, String(status), detail]);
  const text = `# Errors

${NOTICE}

Every error is \`application/problem+json\` (RFC 9457): \`{type, title, status, detail, code, request_id, errors?}\`. \`code\` is
stable; \`detail\` may say more than the text here; \`errors\` names the faulty fields. Give \`request_id\` to the operator: it is in the logs.

${table(['code', 'status', 'text'], rows)}
`;
  return { path: 'docs/errors.md', text };
}
