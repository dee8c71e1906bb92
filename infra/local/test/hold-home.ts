import { HomeInUseError, openHomeLock } from '../src/home-lock.ts';

// One of several starts at once: says whether it got the home, and keeps it.
const [home = '', state = 'running'] = process.argv.slice(2);
try {
  const lock = await openHomeLock(home);
  lock.tell({ state: state as 'running' | 'stopping', url: 'http://127.0.0.1:8000' });
  console.log('got it');
  process.once('SIGTERM', () => lock.close());
  const end = setInterval(() => {}, 1000);
  process.once('SIGTERM', () => clearInterval(end));
} catch (error) {
  if (!(error instanceof HomeInUseError)) throw error;
  console.log(error.message);
}
