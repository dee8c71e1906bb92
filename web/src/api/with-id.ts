/** For calls whose path has one `{id}`. */
export const withId = (id: string) => ({ params: { path: { id } } });
