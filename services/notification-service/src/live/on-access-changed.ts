// What the gateway tells of permissions: connections that have lost theirs end here and at every other replica. That is
// harmless however often it is done, so it does not wait for the commit: one who dies in between does it again.
import { type KeyRevoked, keyRevoked } from '@builder-ai/contracts/events/key-revoked';
import { type MembershipChanged, membershipChanged } from '@builder-ai/contracts/events/membership-changed';
import { type SessionRevoked, sessionRevoked } from '@builder-ai/contracts/events/session-revoked';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';

export const onSessionRevoked = onEvent<Deps, SessionRevoked>(sessionRevoked, async ({ deps, data }) => {
  deps.endConnections({ credential_id: data.session_id });
});

export const onKeyRevoked = onEvent<Deps, KeyRevoked>(keyRevoked, async ({ deps, data }) => {
  deps.endConnections({ credential_id: data.key_id });
});

export const onMembershipChanged = onEvent<Deps, MembershipChanged>(
  membershipChanged,
  async ({ deps, event, data }) => {
    deps.endConnections({ user_id: event.subject, project_id: data.project_id, role: data.role });
  },
);
