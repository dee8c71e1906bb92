// What others would build in an afternoon: socket.io with a room for each task, and nothing else.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { answerCalls, heldMemory, nowMs } from './child-calls.ts';

const http = createServer();
const io = new Server(http, { path: '/ws', serveClient: false });
io.on('connection', (socket) => {
  socket.on('join', (task: string, _options: unknown, answer: (reply: { ok: true }) => void) => {
    void socket.join(task);
    answer({ ok: true });
  });
});

answerCalls({
  start: () =>
    new Promise((resolve) =>
      http.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(http.address() as AddressInfo).port}`)),
    ),
  publish({ tasks, seq, bytes = 0 }: { tasks: string[]; seq: number; bytes?: number }) {
    for (const task of tasks) {
      io.to(task).emit('task_event', {
        id: `event-${task}-${seq}`,
        seq,
        event_type: 'log_added',
        task_id: task,
        timestamp: new Date().toISOString(),
        data: { sent: nowMs(), message: `line ${seq}`.padEnd(bytes) },
      });
    }
  },
  memory: heldMemory,
  connected: () => io.engine.clientsCount,
});
