import { createServiceApp } from '@builder-ai/platform/service-app';
import type { Deps } from './deps.ts';
import { listEvents } from './feed/list-events.ts';

/** Every endpoint of this service. */
export const endpoints = [listEvents];

/** The HTTP application; opens nothing, so a test can call it. */
export const createApp = (deps: Deps) => createServiceApp(endpoints, deps);
