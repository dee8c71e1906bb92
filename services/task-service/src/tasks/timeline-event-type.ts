/** `step.started` on the bus is `step_started` for clients. */
export function toEventType(type: string): string {
  return type.replaceAll('.', '_');
}
