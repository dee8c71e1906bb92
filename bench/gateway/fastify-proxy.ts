// Another project's proxy, bare.
import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

const app = fastify();
await app.register(proxy, { upstream: process.env.UPSTREAM as string });
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
