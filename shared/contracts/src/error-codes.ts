// Every error a client can meet: its stable code, HTTP status and what to do. docs/errors.md is generated from this list.

type ErrorEntry = { status: number; title: string; detail: string };

export const errorCodes = {
  GOAL_EMPTY: { status: 400, title: 'Bad request', detail: 'Goal cannot be empty' },
  GOAL_TOO_LONG: { status: 400, title: 'Bad request', detail: 'Goal too long (max 2000 chars)' },
  PATH_EMPTY: { status: 400, title: 'Bad request', detail: 'Path cannot be empty' },
  PATH_INVALID: { status: 400, title: 'Bad request', detail: 'Invalid path' },
  PATH_CHARACTERS: { status: 400, title: 'Bad request', detail: 'Path contains invalid characters' },
  INPUT_INVALID: { status: 400, title: 'Bad request', detail: 'The request has faults: see errors.' },
  RECORDING_INVALID: { status: 400, title: 'Bad request', detail: 'This is no recording of a run.' },
  ADDRESS_REFUSED: {
    status: 400,
    title: 'Bad request',
    detail:
      'This address may not be called: it is private, local, no address at all, or carries a password. Operators allow more by OUTGOING_ALLOW.',
  },
  JSON_INVALID: { status: 400, title: 'Bad request', detail: 'The body is not valid JSON.' },
  SIGN_IN_LINK_INVALID: {
    status: 401,
    title: 'Not signed in',
    detail: 'This sign-in link was used already or has expired. `npm start` prints a new one.',
  },
  NOT_SIGNED_IN: {
    status: 401,
    title: 'Not signed in',
    detail:
      'Sign in, by the link that `npm start` prints or by e-mail and password, or send `Authorization: Bearer <key>`.',
  },
  CREDENTIALS_WRONG: { status: 401, title: 'Not signed in', detail: 'E-mail or password is wrong.' },
  IDENTITY_INVALID: {
    status: 401,
    title: 'Not signed in',
    detail: 'The request carries no valid identity for this service. Call it through the gateway.',
  },
  FORBIDDEN: { status: 403, title: 'Forbidden', detail: 'You may not do this.' },
  SIGN_UP_CLOSED: {
    status: 403,
    title: 'Forbidden',
    detail: 'New accounts are made by invitation: ask for a link.',
  },
  ORIGIN_REFUSED: { status: 403, title: 'Forbidden', detail: 'This origin may not call with a session cookie.' },
  HOST_REFUSED: { status: 421, title: 'Misdirected request', detail: 'This host name is not served here.' },
  ROUTE_NOT_FOUND: { status: 404, title: 'Not found', detail: 'There is no such endpoint.' },
  TASK_NOT_FOUND: { status: 404, title: 'Not found', detail: 'Task not found' },
  CONVERSATION_NOT_FOUND: { status: 404, title: 'Not found', detail: 'Conversation not found' },
  JOB_NOT_FOUND: { status: 404, title: 'Not found', detail: 'Job not found' },
  FILE_NOT_FOUND: { status: 404, title: 'Not found', detail: 'File not found' },
  SESSION_NOT_FOUND: { status: 404, title: 'Not found', detail: 'Session not found' },
  KEY_NOT_FOUND: { status: 404, title: 'Not found', detail: 'API key not found' },
  USER_NOT_FOUND: { status: 404, title: 'Not found', detail: 'User not found' },
  PROJECT_NOT_FOUND: { status: 404, title: 'Not found', detail: 'Project not found' },
  MEMBER_NOT_FOUND: { status: 404, title: 'Not found', detail: 'This user is no member of the project.' },
  INVITATION_NOT_FOUND: {
    status: 404,
    title: 'Not found',
    detail: 'This invitation was used already, was taken back, or has expired.',
  },
  EMAIL_TAKEN: { status: 409, title: 'Conflict', detail: 'There is an account with this e-mail: sign in.' },
  ALREADY_MEMBER: { status: 409, title: 'Conflict', detail: 'You are a member of this project already.' },
  LAST_OWNER: { status: 409, title: 'Conflict', detail: 'A project keeps at least one owner: name another one first.' },
  PROJECT_PERSONAL: {
    status: 409,
    title: 'Conflict',
    detail:
      'A personal project goes with its account: delete its tasks one by one, or the account by POST /account/delete.',
  },
  SOLE_OWNER: {
    status: 409,
    title: 'Conflict',
    detail: 'Others work in projects that nobody else owns: name another owner of them, or delete them first.',
  },
  OWNER_STAYS: {
    status: 409,
    title: 'Conflict',
    detail: "The installation's owner cannot be deleted: an installation has one.",
  },
  TOO_MANY_PROJECTS: { status: 409, title: 'Conflict', detail: 'A user can be a member of 100 projects at most.' },
  TOO_MANY_KEYS: { status: 409, title: 'Conflict', detail: 'A user can have 100 API keys at most: revoke some.' },
  NOTIFICATION_NOT_FOUND: { status: 404, title: 'Not found', detail: 'Notification not found' },
  WEBHOOK_NOT_FOUND: { status: 404, title: 'Not found', detail: 'Webhook not found' },
  DELIVERY_NOT_FOUND: { status: 404, title: 'Not found', detail: 'Delivery not found' },
  TOO_MANY_WEBHOOKS: { status: 409, title: 'Conflict', detail: 'A project can have 20 webhooks at most: delete some.' },
  WEBHOOK_DISABLED: {
    status: 409,
    title: 'Conflict',
    detail: 'This webhook is disabled: enable it by PATCH /webhooks/:id with {"enabled": true}.',
  },
  SECRET_SHOWN_ONCE: {
    status: 409,
    title: 'Conflict',
    detail: 'The first request with this Idempotency-Key made it and was shown its secret: revoke it and make another.',
  },
  DEAD_LETTER_NOT_FOUND: { status: 404, title: 'Not found', detail: 'No dead letter has this number.' },
  DEAD_LETTER_SETTLED: {
    status: 409,
    title: 'Conflict',
    detail: 'This dead letter was replayed or discarded already.',
  },
  DEAD_LETTER_STILL_FAILS: { status: 409, title: 'Conflict', detail: 'The event cannot be applied: see its reason.' },
  DEAD_LETTER_WAITS: {
    status: 409,
    title: 'Conflict',
    detail: 'This message waits behind another one of its key: settle that one first.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'Not acceptable',
    detail: 'Accept both application/json and text/event-stream.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This path takes another method: see Allow.',
  },
  TASK_BUSY: { status: 409, title: 'Conflict', detail: 'A job of this task is queued or running: wait for its end.' },
  CALL_UNCERTAIN: {
    status: 409,
    title: 'Conflict',
    detail: 'A call was interrupted and nobody knows whether it was done: settle it with POST /tasks/:id/resolve.',
  },
  CALL_NOT_UNCERTAIN: { status: 409, title: 'Conflict', detail: 'This task waits for no decision about that call.' },
  APPROVAL_NEEDED: {
    status: 409,
    title: 'Conflict',
    detail: 'This task waits for an approval: give it with POST /tasks/:id/approve.',
  },
  NOTHING_TO_APPROVE: { status: 409, title: 'Conflict', detail: 'This task waits for no approval.' },
  NO_QUESTION: { status: 409, title: 'Conflict', detail: 'This task waits for no answer.' },
  NOT_PAUSED: { status: 409, title: 'Conflict', detail: 'This task was not paused.' },
  NOT_RUNNING: { status: 409, title: 'Conflict', detail: 'No job of this task is queued or running.' },
  NO_SUCH_STEP: {
    status: 409,
    title: 'Conflict',
    detail: 'A task goes on from a step that was begun, or from the first that was not done.',
  },
  PLAN_CHANGED: {
    status: 412,
    title: 'Precondition failed',
    detail: 'The task has changed since you read it: read it again and send its ETag as If-Match.',
  },
  BUDGET_EXHAUSTED: {
    status: 409,
    title: 'Conflict',
    detail: "The task's budget does not hold the next model call: raise it and run the task again.",
  },
  TASK_ENDED: { status: 409, title: 'Conflict', detail: 'This task has ended and cannot be run again.' },
  BODY_TOO_LARGE: { status: 413, title: 'Too large', detail: 'The body may have 256 KiB at most.' },
  MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send JSON with Content-Type: application/json.',
  },
  REPLAY_TOO_LONG: {
    status: 422,
    title: 'Unprocessable',
    detail: 'The replay took too long: run it with `npm run replay`.',
  },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    title: 'Conflict',
    detail:
      'The first request with this Idempotency-Key is still being answered, or was cut off: ask again a little later, or look at what was done and send another key.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Unprocessable',
    detail: 'This Idempotency-Key was used before with another request.',
  },
  RATE_LIMITED: { status: 429, title: 'Too many requests', detail: 'Too many requests: wait and try again.' },
  INTERNAL: { status: 500, title: 'Internal error', detail: 'Internal error' },
  REDIRECT_REFUSED: {
    status: 502,
    title: 'Bad gateway',
    detail: 'The address that was called sends elsewhere: name the address that answers by itself.',
  },
  ANSWER_TOO_LARGE: {
    status: 502,
    title: 'Bad gateway',
    detail: 'The answer of the address that was called is too large.',
  },
  AI_UNAVAILABLE: { status: 503, title: 'Service unavailable', detail: 'AI service unavailable' },
  SERVICE_UNAVAILABLE: {
    status: 503,
    title: 'Service unavailable',
    detail: 'A part of the product is away: try again in a moment.',
  },
  GATEWAY_TIMEOUT: { status: 504, title: 'Time-out', detail: 'The service took too long to answer.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCodes;

/** RFC 9457 problem details, with our stable code and the request's id. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  request_id: string;
  errors?: { field: string; message: string }[];
};
