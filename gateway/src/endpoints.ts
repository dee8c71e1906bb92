// Every endpoint that the gateway answers by itself, besides health, metrics and signing in by a link.
import { addAccount } from './accounts/add-account.ts';
import { changePassword } from './accounts/change-password.ts';
import { signInByPassword } from './accounts/sign-in-by-password.ts';
import { signUp } from './accounts/sign-up.ts';
import { listAudit } from './audit/list-audit.ts';
import { createKey } from './keys/create-key.ts';
import { listKeys } from './keys/list-keys.ts';
import { revokeKey } from './keys/revoke-key.ts';
import { listSessions } from './sessions/list-sessions.ts';
import { revokeSession } from './sessions/revoke-session.ts';

export const endpoints = [
  signUp,
  signInByPassword,
  addAccount,
  changePassword,
  listSessions,
  revokeSession,
  createKey,
  listKeys,
  revokeKey,
  listAudit,
];
