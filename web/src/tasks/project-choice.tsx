import { ProjectOptions } from '../board/project-options.tsx';
import { useProjects } from '../board/use-projects.ts';

type Props = { project: string | null; onChoose: (project: string | null) => void };

/** Whose task it will be; nothing for those who have only themselves. */
export function ProjectChoice({ project, onChoose }: Props) {
  const projects = useProjects().data?.filter(({ role }) => role !== 'viewer') ?? [];
  if (projects.length < 2) return null;
  return (
    <label className="choice" htmlFor="project">
      <span className="choice-label">Project</span>
      <select
        id="project"
        name="project"
        className="select"
        value={project ?? ''}
        onChange={(event) => onChoose(event.target.value || null)}
      >
        <ProjectOptions projects={projects} />
      </select>
    </label>
  );
}
