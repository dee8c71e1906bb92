import react from '@vitejs/plugin-react';
import { defineConfig, type ProxyOptions } from 'vite';
import { compressFiles } from './compress-files.ts';

/** Everything that is not the page belongs to the gateway: the API, the sign-in link and the socket. */
const GATEWAY_PATHS = [
  'account',
  'admin',
  'agent',
  'agents',
  'asyncapi\\.json',
  'audit',
  'docs',
  'health',
  'invitations',
  'keys',
  'mcp',
  'me',
  'notifications',
  'openapi\\.json',
  'password',
  'preview',
  'projects',
  'recordings',
  'sessions',
  'sign-in',
  'sign-out',
  'sign-up',
  'tasks',
  'users',
  'v1',
  'webhooks',
];

// The host stays as the browser sent it: the gateway compares it with the origin, and both are this server's.
const toGateway: ProxyOptions = { target: 'http://127.0.0.1:8000', changeOrigin: false };

export default defineConfig({
  plugins: [react(), compressFiles()],
  server: {
    host: '127.0.0.1',
    port: 3000,
    strictPort: true,
    proxy: { [`^/(${GATEWAY_PATHS.join('|')})(/|\\?|$)`]: toGateway, '/ws/': { ...toGateway, ws: true } },
  },
  build: {
    // The gateway's policy allows no inline scripts and no data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
