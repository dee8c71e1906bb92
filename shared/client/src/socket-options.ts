/**
 * For socket.io: `io(SOCKET_OPTIONS)`. WebSocket first: a connection that begins by polling is several requests, which several
 * replicas would get, each of them strangers to it but one. Polling is for where proxies let no WebSocket through.
 */
export const SOCKET_OPTIONS = { path: '/ws', transports: ['websocket', 'polling'], tryAllTransports: true };
