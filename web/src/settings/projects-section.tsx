import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Project } from '../api/account-calls.ts';
import { useClient } from '../app/client-context.ts';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { ProjectMembers } from './project-members.tsx';
import { Section } from './section.tsx';
import { SettingList } from './setting-list.tsx';
import { useChange } from './use-change.ts';

const ROLE_WORDS = { owner: 'You own it', editor: 'You make and run tasks', viewer: 'You look on' };

/** The reader's projects, and who else is in them. */
export function ProjectsSection() {
  const { api } = useClient();
  const [openId, setOpenId] = useState<string | null>(null);
  const query = useQuery({ queryKey: ['projects'], queryFn: api.listProjects });
  return (
    <Section
      title="Projects and members"
      about="A task belongs to a project. Viewers look on, editors make and run tasks, owners say who is in it."
    >
      <SettingList query={query} none="None yet." testId="project" toKey={({ id }) => id}>
        {(project) => (
          <>
            <span className="setting-what">
              <strong>{toPlainText(project.name)}</strong>
              <span className="muted">{project.personal ? 'For yourself alone' : ROLE_WORDS[project.role]}</span>
            </span>
            {!project.personal && (
              <button
                type="button"
                className="button"
                aria-expanded={openId === project.id}
                onClick={() => setOpenId(openId === project.id ? null : project.id)}
              >
                {openId === project.id ? 'Close' : 'Members'}
              </button>
            )}
            {openId === project.id && (
              <div className="setting-more">
                {project.role === 'owner' && <Rename project={project} />}
                <ProjectMembers project={project} />
                {project.role === 'owner' && <DeleteProject project={project} />}
              </div>
            )}
          </>
        )}
      </SettingList>
      <NewProject />
    </Section>
  );
}

function NewProject() {
  const { api } = useClient();
  const { change, isPending, problem } = useChange(api.createProject, [['projects']]);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    change(String(new FormData(form).get('name') ?? ''), { onSuccess: () => form.reset() });
  }
  return (
    <>
      <form className="setting-form" onSubmit={submit}>
        <label className="choice">
          <span className="choice-label">Name of a new project</span>
          <input className="field" name="name" maxLength={100} required autoComplete="off" />
        </label>
        <button type="submit" className="button button-primary" data-testid="create-project" disabled={isPending}>
          Make a project
        </button>
      </form>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}

function DeleteProject({ project }: { project: Project }) {
  const { api } = useClient();
  const { change, isPending, problem } = useChange(api.deleteProject, [['projects'], ['tasks']]);
  return (
    <>
      <ConfirmButton
        testId="delete-project"
        disabled={isPending}
        question="Delete this project with all its tasks, files and webhooks, for everybody in it? There is no way back."
        yes="Delete the project"
        no="Keep it"
        onConfirm={() => change(project.id)}
      >
        Delete this project
      </ConfirmButton>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}

function Rename({ project }: { project: Project }) {
  const { api } = useClient();
  const { change, isPending, problem } = useChange(
    (name: string) => api.renameProject(project.id, name),
    [['projects']],
  );
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    change(String(new FormData(event.currentTarget).get('name') ?? ''));
  }
  return (
    <>
      <form className="setting-form" onSubmit={submit}>
        <label className="choice">
          <span className="choice-label">Name</span>
          <input
            className="field"
            name="name"
            maxLength={100}
            required
            defaultValue={project.name}
            autoComplete="off"
          />
        </label>
        <button type="submit" className="button" disabled={isPending}>
          Rename
        </button>
      </form>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}
