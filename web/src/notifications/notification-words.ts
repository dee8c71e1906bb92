import type { NotificationKind } from '@builder-ai/contracts/notification';

export const KIND_WORDS: Record<NotificationKind, string> = {
  task_completed: 'Done',
  task_failed: 'Failed',
  task_waiting: 'Waits for you',
  webhook_disabled: 'A webhook was switched off',
};
