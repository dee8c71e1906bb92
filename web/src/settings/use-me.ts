import { useQuery } from '@tanstack/react-query';
import { useClient } from '../app/client-context.ts';

/** Who is signed in, and whether they operate this installation: then its people may be listed. */
export function useMe() {
  const { api } = useClient();
  const { data: me } = useQuery({ queryKey: ['me'], queryFn: api.readMe, staleTime: 60_000 });
  const { data: users } = useQuery({
    queryKey: ['users'],
    queryFn: api.listUsers,
    enabled: me?.scopes.includes('admin') ?? false,
    retry: false,
  });
  return { me: me ?? null, user: users?.find(({ id }) => id === me?.user_id) ?? null, isOperator: users !== undefined };
}
