/** What is said to somebody; to the world when nobody is named. */
export function greeting(name = 'world') {
  return `Hello, ${name.trim() || 'world'}!`;
}
