// What one writes first: Express, its usual middleware and http-proxy-middleware, with what the gateway does as well: an API
// key looked up in PostgreSQL, a signed identity, a limit, security headers, request ids, metrics and an access log.
import { createHash, randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { Histogram } from 'prom-client';
import winston from 'winston';

const db = new pg.Pool({ connectionString: process.env.DATABASE_URL as string, max: 16 });
const { privateKey } = await generateKeyPair('EdDSA');
const log = winston.createLogger({
  transports: [new winston.transports.File({ filename: process.env.LOG_FILE as string })],
});
const duration = new Histogram({ name: 'http_ms', help: 'Requests', labelNames: ['route'] });

const app = express();
app.use(helmet());
app.use((request, response, next) => {
  const start = performance.now();
  const id = randomUUID();
  request.headers['x-request-id'] = id;
  response.setHeader('x-request-id', id);
  response.on('finish', () => {
    const ms = performance.now() - start;
    duration.observe({ route: 'GET /tasks/:id' }, ms);
    log.info('Request', { id, method: request.method, route: '/tasks/:id', status: response.statusCode, ms });
  });
  next();
});
app.use(rateLimit({ windowMs: 60_000, limit: 100_000_000 }));
app.use(async (request, response, next) => {
  const key = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
  const hash = createHash('sha256').update(key).digest('base64url');
  const { rows } = await db.query('select user_id, scopes from api_keys where key_hash = $1 and revoked_at is null', [
    hash,
  ]);
  if (rows.length === 0) {
    response.status(401).json({ error: 'unauthorized' });
    return;
  }
  request.headers['x-identity'] = await new SignJWT({ scopes: rows[0].scopes })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject(rows[0].user_id)
    .setExpirationTime('60s')
    .sign(privateKey);
  next();
});
// Kept connections, although the library's own default opens one for each request: that would be a third of this.
const agent = new Agent({ keepAlive: true });
app.use(createProxyMiddleware({ target: process.env.UPSTREAM as string, agent, xfwd: true }));
const server = app.listen(0, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
