// Who a request acts for, as the gateway says it to the services in a signed, short-lived assertion.

/** The header that carries the assertion from the gateway, or from a service, to a service. */
export const IDENTITY_HEADER = 'x-builder-identity';

export const SCOPES = ['read', 'run', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** The services an assertion can be meant for (`aud`), and those that may issue one (`iss`). */
export type ServiceName = 'gateway' | 'task-service' | 'agent-service' | 'notification-service';

export type Identity = {
  /** A user's id, or the service's name when it acts for itself. */
  userId: string;
  kind: 'user' | 'service';
  scopes: Scope[];
};

/** What an endpoint asks of the caller. Every endpoint names one; the tenant tests are generated from it. */
export const ACCESS = {
  /** Nobody needs to sign in. */
  public: null,
  'task.read': 'read',
  'task.create': 'run',
  'task.run': 'run',
  operator: 'admin',
  /** Another service that acts for itself; never a user. */
  service: 'read',
} as const satisfies Record<string, Scope | null>;

export type Access = keyof typeof ACCESS;
