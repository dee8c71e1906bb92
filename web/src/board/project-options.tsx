import type { Project } from '../api/account-calls.ts';

/** Of a choice; the value of the reader's own project is empty. */
export function ProjectOptions({ projects }: { projects: readonly Project[] }) {
  return projects.map(({ id, name, personal }) => (
    <option key={id} value={personal ? '' : id}>
      {name}
    </option>
  ));
}
