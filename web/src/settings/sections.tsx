import type { ComponentType } from 'react';
import { AuditSection } from './audit-section.tsx';
import { BudgetsSection } from './budgets-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { McpSection } from './mcp-section.tsx';
import { PeopleSection } from './people-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { ProjectsSection } from './projects-section.tsx';
import { ProvidersSection } from './providers-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { WebhooksSection } from './webhooks-section.tsx';

/** One line to add a page of settings. `isOperators`: only the owner of the installation may see it. */
export const SECTIONS: { name: string; words: string; Section: ComponentType; isOperators?: boolean }[] = [
  { name: 'profile', words: 'Profile', Section: ProfileSection },
  { name: 'sessions', words: 'Signed in', Section: SessionsSection },
  { name: 'keys', words: 'API keys', Section: KeysSection },
  { name: 'projects', words: 'Projects and members', Section: ProjectsSection },
  { name: 'budgets', words: 'Budgets', Section: BudgetsSection },
  { name: 'webhooks', words: 'Webhooks', Section: WebhooksSection },
  { name: 'providers', words: 'Models', Section: ProvidersSection },
  { name: 'mcp', words: 'MCP', Section: McpSection },
  { name: 'people', words: 'People', Section: PeopleSection, isOperators: true },
  { name: 'audit', words: 'Audit log', Section: AuditSection, isOperators: true },
];
