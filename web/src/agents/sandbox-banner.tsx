import { useAgents } from './use-agents.ts';

/** Says it where commands of agents can do whatever the product itself can. */
export function SandboxBanner() {
  const agents = useAgents();
  if (agents?.commands !== 'unsafe') return null;
  return (
    <div className="banner banner-still" data-state="error" data-testid="sandbox-banner" role="status">
      <strong>Commands run without a sandbox.</strong> On this machine, what agents run can read and change whatever
      Builder AI itself can. Install bubblewrap, or take UNSAFE_COMMANDS away to have commands refused.
    </div>
  );
}
