import type { ClientRequest } from 'node:http';
import react from '@vitejs/plugin-react';
import { defineConfig, type ProxyOptions } from 'vite';

const GATEWAY = 'http://127.0.0.1:8000';
const DEVELOPMENT_PORT = 3000;

/** Everything that is not the page belongs to the gateway: the API, the sign-in link and the socket. */
const GATEWAY_PATHS =
  '^/(v1|tasks|preview|agent|recordings|projects|keys|sessions|sign-in|me|health|openapi\\.json|docs)(/|\\?|$)';

const toGateway: ProxyOptions = {
  target: GATEWAY,
  changeOrigin: true,
  configure(proxy) {
    // The gateway refuses cookies from other origins. Only this page's own requests are made to look like its own;
    // those that another site makes the browser send keep their origin and stay refused.
    const ownOrigins = [`http://127.0.0.1:${DEVELOPMENT_PORT}`, `http://localhost:${DEVELOPMENT_PORT}`];
    const own = (request: ClientRequest) => {
      if (ownOrigins.includes(String(request.getHeader('origin')))) request.setHeader('origin', GATEWAY);
    };
    proxy.on('proxyReq', own);
    proxy.on('proxyReqWs', own);
  },
};

export default defineConfig({
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    port: DEVELOPMENT_PORT,
    strictPort: true,
    proxy: { [GATEWAY_PATHS]: toGateway, '/ws': { ...toGateway, ws: true } },
  },
  build: {
    // The gateway's policy allows no inline scripts and no data: addresses, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
