/** The address of a task in the API. */
export const taskPath = (taskId: string) => `/tasks/${encodeURIComponent(taskId)}`;
