import { type ApiClient, dataOf } from '@builder-ai/client/client';
import { withId } from './with-id.ts';

/** What does not come back. */
export function deletionCalls(client: ApiClient) {
  return {
    deleteTask: (taskId: string) => dataOf(client.DELETE('/tasks/{id}', withId(taskId))),
    deleteProject: (projectId: string) => dataOf(client.DELETE('/projects/{id}', withId(projectId))),
    deleteUser: (userId: string) => dataOf(client.DELETE('/users/{id}', withId(userId))),
    deleteAccount: (password: string) => dataOf(client.POST('/account/delete', { body: { password } })),
  };
}
