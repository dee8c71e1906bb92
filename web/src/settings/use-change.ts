import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';

/** Changes something and reads anew what that changes. */
export function useChange<Input, Output>(send: (input: Input) => Promise<Output>, changes: readonly QueryKey[]) {
  const queries = useQueryClient();
  const { mutate, mutateAsync, isPending, error, data, reset } = useMutation({
    mutationFn: send,
    onSuccess: () => Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
  const problem: ShownProblem | null = error ? toShownProblem(error) : null;
  return { change: mutate, changeAsync: mutateAsync, isPending, problem, answer: data ?? null, forget: reset };
}
