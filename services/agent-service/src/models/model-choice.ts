// Which model plays which part, by the task's agent mode and by what is there.

import type { AgentMode } from '@builder-ai/contracts/task';
import { AppError } from '@builder-ai/platform/problem';
import type { Model } from './model.ts';
import { AI_UNAVAILABLE_WORDS } from './provider-fault.ts';

export type Models = { template: Model; claude?: Model; chatgpt?: Model; local?: Model };

/** Who can play a part. */
export const VENDORS = ['claude', 'chatgpt', 'local'] as const;
export type Vendor = (typeof VENDORS)[number];

export type Roles = { planner: Vendor; builder: Vendor; reviewer: Vendor };

/** Who plays which part in `multi`, unless it is configured. */
export const DEFAULT_ROLES: Roles = { planner: 'claude', builder: 'claude', reviewer: 'chatgpt' };

/** Nobody reviews in a mode of one model. */
export type Cast = { planner: Model; builder: Model; reviewer?: Model };

/**
 * @param mode the task's own, else the configured one, else what is there: both vendors, one, or the template
 * @throws AppError AI_UNAVAILABLE when the mode names a vendor that is not there
 */
export function chooseModels(models: Models, mode: AgentMode | null, roles: Roles = DEFAULT_ROLES): Cast {
  const { template } = models;
  const wanted = mode ?? findMode(models);
  if (wanted === 'template') return { planner: template, builder: template };
  const find = (vendor: Vendor): Model => {
    const model = models[vendor];
    if (model) return model;
    throw new AppError('AI_UNAVAILABLE', {
      detail: `${AI_UNAVAILABLE_WORDS}there is no connection for ${vendor}, which agent_mode "${wanted}" needs. Set ${KEYS[vendor]}, or use another mode.`,
    });
  };
  if (wanted !== 'multi') return { planner: find(wanted), builder: find(wanted) };
  return { planner: find(roles.planner), builder: find(roles.builder), reviewer: find(roles.reviewer) };
}

/** The settings without which a mode cannot be had; none where its models are there. */
export function findMissing(models: Models, mode: AgentMode, roles: Roles): string[] {
  if (mode === 'template') return [];
  const vendors = mode === 'multi' ? [roles.planner, roles.builder, roles.reviewer] : [mode];
  return [...new Set(vendors)].filter((vendor) => !models[vendor]).map((vendor) => KEYS[vendor]);
}

/** Who builds where nobody says: what is there. */
export function findMode({ claude, chatgpt, local }: Models): AgentMode {
  if (claude && chatgpt) return 'multi';
  if (claude) return 'claude';
  if (chatgpt) return 'chatgpt';
  return local ? 'local' : 'template';
}

const KEYS: Record<Vendor, string> = {
  claude: 'ANTHROPIC_API_KEY',
  chatgpt: 'OPENAI_API_KEY',
  local: 'LOCAL_MODEL_URL',
};
