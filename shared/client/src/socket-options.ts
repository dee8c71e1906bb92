/**
 * For socket.io: `io(SOCKET_OPTIONS)`. WebSocket first: a connection that begins by polling is several requests, which only the
 * replica understands that has it. Polling is for where proxies let no WebSocket through.
 */
export const SOCKET_OPTIONS = { path: '/ws', transports: ['websocket', 'polling'], tryAllTransports: true };
