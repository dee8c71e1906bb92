/** Three laid bricks: the same picture as icon.svg. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M8 21.5h7v-5H8zM17 21.5h7v-5h-7zM12.5 14.5h7v-5h-7z" />
    </svg>
  );
}
