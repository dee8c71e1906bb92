// Which rows of `sessions` and `api_keys` open something still, as SQL; the users whom they are of are asked besides.
export const VALID_SESSION = 'revoked_at is null and expires_at > clock_timestamp()';
export const VALID_KEY = 'revoked_at is null and (expires_at is null or expires_at > clock_timestamp())';
