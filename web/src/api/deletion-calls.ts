import { type ApiClient, dataOf } from '@builder-ai/client/client';

const of = (id: string) => ({ params: { path: { id } } });

/** What does not come back. */
export function deletionCalls(client: ApiClient) {
  return {
    deleteTask: (taskId: string) => dataOf(client.DELETE('/tasks/{id}', of(taskId))),
    deleteProject: (projectId: string) => dataOf(client.DELETE('/projects/{id}', of(projectId))),
    deleteUser: (userId: string) => dataOf(client.DELETE('/users/{id}', of(userId))),
    deleteAccount: (password: string) => dataOf(client.POST('/account/delete', { body: { password } })),
  };
}
