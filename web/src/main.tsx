import { LiveConnection, type LiveSocket } from '@builder-ai/client/live-connection';
import { SOCKET_OPTIONS } from '@builder-ai/client/socket-options';
import { LiveContext } from '@builder-ai/client/use-task-web-socket';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { io } from 'socket.io-client';
import { createApi } from './api/api.ts';
import { App } from './app/app.tsx';
import { ClientContext } from './app/client-context.ts';
import { Session } from './page/session.ts';
import { readTheme, showTheme } from './page/theme.ts';
import './styles/theme.css';
import './styles/forms.css';
import './styles/page.css';
import './styles/notices.css';
import './styles/status.css';
import './styles/steering.css';
import './styles/waiting.css';
import './styles/review.css';
import './styles/money.css';
import './styles/motion.css';

showTheme(readTheme());
const session = new Session();
const onSignedOut = () => session.signOut();
const api = createApi({ fetch: (...request) => fetch(...request), onSignedOut });
const socket: LiveSocket = io(SOCKET_OPTIONS);
const live = new LiveConnection({ socket, api, onSignedOut });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <ClientContext value={{ api, live }}>
      <LiveContext value={live}>
        <App session={session} />
      </LiveContext>
    </ClientContext>
  </StrictMode>,
);
