export { useTaskWebSocket } from '@builder-ai/client/use-task-web-socket';
