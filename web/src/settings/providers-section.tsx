import { vendorWords } from '../agents/agent-words.ts';
import { MODE_WORDS } from '../agents/mode-words.ts';
import { useAgents } from '../agents/use-agents.ts';
import { Section } from './section.tsx';

const COMMAND_WORDS: Record<string, string> = {
  bubblewrap: 'in a sandbox (bubblewrap)',
  unsafe: 'without a sandbox, as UNSAFE_COMMANDS says',
  refused: 'not at all: no sandbox was found',
};

/** Which models are found. Their keys are set where the product is started, and shown to nobody. */
export function ProvidersSection() {
  const agents = useAgents();
  const found = agents?.models.filter(({ agent }) => agent !== 'template') ?? [];
  return (
    <>
      <Section
        title="Models"
        about="Keys of providers are set in the environment in which Builder AI is started. No page shows or changes them."
      >
        {!agents && <p className="muted">Loading.</p>}
        {agents && found.length === 0 && (
          <p>No model was found: the template builder makes what it has templates for.</p>
        )}
        <ul className="setting-list">
          {found.map(({ agent, model }) => (
            <li key={`${agent} ${model}`} data-testid="found-model">
              <span className="setting-what">
                <strong>{vendorWords(agent)}</strong>
                <code>{model}</code>
              </span>
              <span className="status" data-status="completed">
                found
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Who can build">
        <ul className="setting-list">
          {agents?.modes.map(({ mode, missing }) => (
            <li key={mode}>
              <span className="setting-what">
                <strong>{MODE_WORDS[mode] ?? mode}</strong>
                <span className="muted">
                  {missing.length === 0 ? (
                    mode === agents.default_mode ? (
                      'Chosen unless a task says otherwise.'
                    ) : (
                      'Can be chosen.'
                    )
                  ) : (
                    <>
                      Set <code>{missing.join(' and ')}</code> and start Builder AI again.
                    </>
                  )}
                </span>
              </span>
              <span className="status" data-status={missing.length === 0 ? 'completed' : 'queued'}>
                {missing.length === 0 ? 'ready' : 'not set'}
              </span>
            </li>
          ))}
        </ul>
      </Section>
      {agents && (
        <Section title="Commands">
          <p>{`What agents run is run ${COMMAND_WORDS[agents.commands] ?? agents.commands}.`}</p>
        </Section>
      )}
    </>
  );
}
