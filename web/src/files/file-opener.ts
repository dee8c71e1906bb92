import { createContext, useContext } from 'react';

/** Opens a file of the task that is looked at, from wherever it is named. */
export type FileOpener = { has: (path: string) => boolean; open: (path: string) => void };

export const FileOpenerContext = createContext<FileOpener>({ has: () => false, open: () => undefined });

export const useFileOpener = (): FileOpener => useContext(FileOpenerContext);
