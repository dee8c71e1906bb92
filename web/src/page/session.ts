/** Whether the server still takes this browser for its owner. Known from answers: the cookie itself is out of reach. */
export class Session {
  #signedOut = false;
  #viewers = new Set<() => void>();

  get isSignedOut() {
    return this.#signedOut;
  }

  signOut() {
    if (this.#signedOut) return;
    this.#signedOut = true;
    for (const tell of this.#viewers) tell();
  }

  watch(viewer: () => void): () => void {
    this.#viewers.add(viewer);
    return () => this.#viewers.delete(viewer);
  }
}
