import { Link } from '@tanstack/react-router';
import { Section } from './section.tsx';

/** How other programs use the product as a tool, and how its agents get tools of others. */
export function McpSection() {
  const address = `${window.location.origin}/mcp`;
  return (
    <>
      <Section
        title="Builder AI as a tool of others"
        about="Any program that speaks MCP over HTTP can make and steer tasks here, with what its key may do."
      >
        <dl className="facts">
          <dt>Address</dt>
          <dd>
            <code data-testid="mcp-address">{address}</code>
          </dd>
          <dt>Key</dt>
          <dd>
            one of your{' '}
            <Link to="/settings/$section" params={{ section: 'keys' }}>
              API keys
            </Link>
            , as <code>Authorization: Bearer …</code>
          </dd>
        </dl>
        <p>From Claude Code:</p>
        <pre className="command">
          <code>{`claude mcp add --transport http builder ${address} --header "Authorization: Bearer <key>"`}</code>
        </pre>
      </Section>
      <Section
        title="Tool servers for the agents"
        about="They are named in a file, in the form other MCP clients read, when Builder AI is started. Such calls are never repeated on their own."
      >
        <pre className="command">
          <code>MCP_SERVERS=mcp.json npm start</code>
        </pre>
      </Section>
    </>
  );
}
