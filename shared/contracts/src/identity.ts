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
  /**
   * The projects that the user is a member of besides the personal one, by id. A user's personal project has the user's id
   * and belongs to nobody else.
   */
  projects?: Readonly<Record<string, Role>>;
  /**
   * The id of the session or API key by which the user came, as `session.revoked` and `key.revoked` name it: an id alone
   * opens nothing. BUILDER_API_KEY has none.
   */
  credentialId?: string;
};

/** What a member of a project may do, rising: see its tasks; change and run them; say who is a member. */
export const ROLES = ['viewer', 'editor', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** What an endpoint asks of the caller. Every endpoint names one; the tenant tests are generated from it. */
export const ACCESS = {
  /** Nobody needs to sign in. */
  public: null,
  'task.read': 'read',
  'task.create': 'run',
  'task.run': 'run',
  /** The installation's owner alone. */
  operator: 'admin',
  /** The caller's own account, sessions and keys. */
  'account.read': 'read',
  'account.change': 'admin',
  /** Whether a member may is said by the role. */
  'project.read': 'read',
  'project.change': 'admin',
  /** What concerns the caller, and what the caller has read of it. */
  'notification.read': 'read',
  /** A project's webhooks: whether a member may is said by the role. */
  'webhook.read': 'read',
  'webhook.change': 'run',
  /** What a project may cost: for its owners. */
  'budget.change': 'run',
  /** Another service that acts for itself; never a user. */
  service: 'read',
} as const satisfies Record<string, Scope | null>;

export type Access = keyof typeof ACCESS;

/**
 * What the gateway asks for besides: services are told of `admin` only where it means the whole installation, so for the
 * settings of a project they cannot ask for it.
 */
export const GATEWAY_ALSO_ASKS: Partial<Record<Access, Scope>> = {
  'webhook.change': 'admin',
  'budget.change': 'admin',
};
