/** Installs Debian packages where we are allowed to; returns whether they could be. */
export function installPackages(packages: string[]): Promise<boolean>;
export function ensurePrograms(): Promise<void>;
