import type { Identity } from '@builder-ai/contracts/identity';
import { projectsOf } from '@builder-ai/platform/project-access';
import type { Reader } from './notification-store.ts';

export const toReader = (identity: Identity): Reader => ({ userId: identity.userId, owners: projectsOf(identity) });
