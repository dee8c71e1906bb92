// Accounts with e-mail and password, kept by better-auth: its hashing, its checks, its answers that tell nobody which
// e-mails there are. It makes the session; the cookie, and believing it later, are ours.
import { randomBytes } from 'node:crypto';
import type { Database, Tx } from '@builder-ai/platform/database';
import type { Logger } from '@builder-ai/platform/logger';
import { newId } from '@builder-ai/platform/new-id';
import { AppError } from '@builder-ai/platform/problem';
import { APIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { SESSION_SECONDS, type SignedInFrom } from '../auth/session-store.ts';
import { hashToken } from '../auth/token.ts';
import { newAccountAdapter } from './account-adapter.ts';

export const MIN_PASSWORD_LENGTH = 10;
export const MAX_PASSWORD_LENGTH = 128;

export type NewAccount = { email: string; password: string; name: string };
/** A session that was just begun. */
export type SignedIn = { token: string; userId: string };

export type PasswordChange = { current: string; password: string };

export type Accounts = {
  /** Makes a user; the e-mail is in lower case. @throws AppError EMAIL_TAKEN */
  signUp(account: NewAccount, from: SignedInFrom): Promise<SignedIn>;
  /** @throws AppError CREDENTIALS_WRONG, whichever of the two it is */
  signIn(credentials: { email: string; password: string }, from: SignedInFrom): Promise<SignedIn>;
  /** Gives a user that is there already, and signs in without a password, an account. @throws AppError EMAIL_TAKEN */
  addAccount(userId: string, account: NewAccount): Promise<void>;
  /** @throws AppError CREDENTIALS_WRONG also for a user without a password */
  checkPassword(userId: string, password: string): Promise<void>;
  /** @param also what is done in the same transaction. @throws AppError CREDENTIALS_WRONG */
  changePassword(userId: string, change: PasswordChange, also: (tx: Tx) => Promise<void>): Promise<void>;
};

const TIMES = { createdAt: 'created_at', updatedAt: 'updated_at' };

export function newAccounts(db: Database, logger: Logger): Accounts {
  const auth = betterAuth({
    database: newAccountAdapter(db),
    baseURL: 'http://gateway.invalid',
    // Signs only what is thrown away: better-auth's cookies never leave this process.
    secret: randomBytes(32).toString('base64url'),
    emailAndPassword: {
      enabled: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
    },
    user: { modelName: 'users', fields: { ...TIMES, emailVerified: 'email_verified' } },
    session: {
      modelName: 'sessions',
      expiresIn: SESSION_SECONDS,
      fields: {
        ...TIMES,
        token: 'token_hash',
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
    },
    account: {
      modelName: 'accounts',
      fields: {
        ...TIMES,
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
      },
    },
    verification: { modelName: 'verifications', fields: { ...TIMES, expiresAt: 'expires_at' } },
    advanced: { database: { generateId: () => newId() } },
    telemetry: { enabled: false },
    logger: {
      log: (level, message) => void (level === 'error' && logger.error('better-auth', { detail: message })),
    },
  });

  /** Where the session was begun is written by us: better-auth would read it from headers that a client can write. */
  async function noteOrigin(token: string, from: SignedInFrom): Promise<void> {
    await db.query('update sessions set ip_address = $2, user_agent = $3 where token_hash = $1', [
      hashToken(token),
      from.address ?? null,
      from.userAgent ?? null,
    ]);
  }

  /** @returns the hash that the password fits. @throws AppError CREDENTIALS_WRONG */
  async function getHash(userId: string, password: string): Promise<string> {
    const { password: passwords, internalAdapter } = await auth.$context;
    const account = (await internalAdapter.findAccounts(userId)).find((item) => item.providerId === 'credential');
    const hash = account?.password;
    if (!hash || !(await passwords.verify({ password, hash }))) throw new AppError('CREDENTIALS_WRONG');
    return hash;
  }

  return {
    async signUp(account, from) {
      const { token, user } = await auth.api.signUpEmail({ body: account }).catch(async (error: unknown) => {
        // Of two who come at the same moment the database refuses one, which better-auth takes for a fault.
        const taken = await db.query('select 1 from users where email = $1', [account.email]);
        if (taken.length > 0) throw new AppError('EMAIL_TAKEN');
        return refuse(error);
      });
      if (!token) throw new Error('Signing up made no session.');
      await noteOrigin(token, from);
      return { token, userId: user.id };
    },
    async signIn(credentials, from) {
      const { token, user } = await auth.api.signInEmail({ body: credentials }).catch(refuse);
      // Who was shut out learns no more than who does not know the password; the session counts for nothing anyway.
      const mayEnter = await db.query('select 1 from users where id = $1 and disabled_at is null', [user.id]);
      if (mayEnter.length === 0) {
        await db.query('delete from sessions where token_hash = $1', [hashToken(token)]);
        throw new AppError('CREDENTIALS_WRONG');
      }
      await noteOrigin(token, from);
      return { token, userId: user.id };
    },
    async addAccount(userId, { email, password, name }) {
      const { password: passwords } = await auth.$context;
      const hash = await passwords.hash(password);
      await db
        .transaction(async (tx) => {
          const added = await tx.query(
            'update users set email = $2, name = $3 where id = $1 and email is null returning 1',
            [userId, email.toLowerCase(), name],
          );
          if (added.length === 0) throw new AppError('EMAIL_TAKEN');
          await tx.query(
            `insert into accounts (id, account_id, provider_id, user_id, password) values ($1, $2, 'credential', $2, $3)`,
            [newId(), userId, hash],
          );
        })
        .catch((error: unknown) => {
          if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) throw new AppError('EMAIL_TAKEN');
          throw error;
        });
    },
    async checkPassword(userId, password) {
      await getHash(userId, password);
    },
    async changePassword(userId, { current, password }, also) {
      const { password: passwords } = await auth.$context;
      const [before, after] = [await getHash(userId, current), await passwords.hash(password)];
      await db.transaction(async (tx) => {
        // Of two who know the old password at the same moment the second one knows it no more.
        const changed = await tx.query(
          `update accounts set password = $3, updated_at = clock_timestamp()
           where user_id = $1 and provider_id = 'credential' and password = $2 returning 1`,
          [userId, before, after],
        );
        if (changed.length === 0) throw new AppError('CREDENTIALS_WRONG');
        await also(tx);
      });
    },
  };
}

const UNIQUE_VIOLATION = '23505';

/** What better-auth refuses in our words; anything else is no fault of the caller's. */
function refuse(error: unknown): never {
  if (error instanceof APIError) {
    const code = (error.body as { code?: string } | undefined)?.code ?? '';
    if (code === 'INVALID_EMAIL_OR_PASSWORD') throw new AppError('CREDENTIALS_WRONG');
    if (code === 'INVALID_EMAIL')
      throw new AppError('INPUT_INVALID', { errors: [{ field: 'email', message: 'must be an e-mail address' }] });
  }
  throw error;
}
