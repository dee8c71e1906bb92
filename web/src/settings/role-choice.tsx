import type { Role } from '@builder-ai/contracts/identity';

const ROLE_WORDS: Record<Role, string> = { viewer: 'Viewer', editor: 'Editor', owner: 'Owner' };

type Props = { label: string; role: Role; disabled?: boolean; onChoose: (role: Role) => void };

export function RoleChoice({ label, role, disabled, onChoose }: Props) {
  return (
    <select
      className="select"
      aria-label={label}
      value={role}
      disabled={disabled}
      onChange={(event) => onChoose(event.target.value as Role)}
    >
      {Object.entries(ROLE_WORDS).map(([name, words]) => (
        <option key={name} value={name}>
          {words}
        </option>
      ))}
    </select>
  );
}
