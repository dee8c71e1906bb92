// One protection taken out: an exact text of one file that is replaced, and the test that must turn red by it.

export type Mutation = {
  /** Chooses it on the command line: `npm run mutations -- fence`. */
  name: string;
  file: string;
  /** Occurs exactly once in the file. */
  from: string;
  to: string;
  red: {
    file: string;
    /** What the full name of the test contains. */
    test: string;
    project?: 'unit' | 'scaled';
  };
};
