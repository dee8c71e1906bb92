// Looks regularly how far the feeds are: what was not told, such as the last entry of all, would otherwise show no gap.

export type TailCheckOptions = {
  /** Compares the feeds with what was sent; never two at a time. */
  check: () => Promise<void>;
  /** Whether other replicas' entries are told to this one, where there are others. */
  hearsOthers: () => boolean;
  onError: (error: unknown) => void;
};

const CHECK_MS = 2_000;
/** As long as this replica does not hear what others have consumed. */
const DEAF_CHECK_MS = 250;

export function startTailCheck({ check, hearsOthers, onError }: TailCheckOptions): { close(): void } {
  let waited = 0;
  let checking = false;

  async function look(): Promise<void> {
    waited += DEAF_CHECK_MS;
    if (checking || (hearsOthers() && waited < CHECK_MS)) return;
    waited = 0;
    checking = true;
    await check().catch(onError);
    checking = false;
  }

  const timer = setInterval(look, DEAF_CHECK_MS);
  return { close: () => clearInterval(timer) };
}
