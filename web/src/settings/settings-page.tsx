import { Link, useParams } from '@tanstack/react-router';
import { useTitle } from '../page/use-title.ts';
import { SECTIONS } from './sections.tsx';
import { useMe } from './use-me.ts';
import '../styles/settings.css';

/** What is set for the reader, for their projects, and for whoever operates this installation. */
export function SettingsPage() {
  const { section } = useParams({ strict: false }) as { section?: string };
  const { me, isOperator } = useMe();
  const sections = SECTIONS.filter(({ isOperators }) => !isOperators || isOperator);
  const wanted = section ?? sections[0]?.name;
  const shown = sections.find(({ name }) => name === wanted);
  useTitle(shown ? shown.words : 'Settings');
  return (
    <section className="page" aria-labelledby="settings-heading">
      <h1 id="settings-heading" className="page-title">
        Settings
      </h1>
      <div className="settings">
        <nav className="settings-nav" aria-label="Settings">
          {sections.map(({ name, words }) => (
            <Link
              key={name}
              to="/settings/$section"
              params={{ section: name }}
              aria-current={name === wanted ? 'page' : undefined}
              resetScroll={false}
            >
              {words}
            </Link>
          ))}
        </nav>
        <div className="settings-body">
          {shown ? (
            <shown.Section />
          ) : (
            me && (
              <div className="empty" data-testid="no-rights">
                <p className="empty-title">Nothing to see here</p>
                <p className="muted">There is no such page, or only the owner of this installation may see it.</p>
              </div>
            )
          )}
        </div>
      </div>
    </section>
  );
}
