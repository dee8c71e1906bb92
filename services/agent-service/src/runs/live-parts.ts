// What comes piece by piece, on its way to those who watch: the first piece at once, then at most one message each 50 ms.
// None of it is kept, and what is lost is in the message or the result that follows.
import { stripVTControlCharacters } from 'node:util';

export type LiveParts = {
  add(text: string): void;
  /** Nothing more is sent: what follows holds all of it. */
  end(): void;
};

export type LivePart = { /** Where it begins, in UTF-16 code units. */ offset: number; text: string };

const INTERVAL_MS = 50;
/** What nobody reads as fast as it comes is not sent as it comes. */
const MAX_LENGTH = 256 * 1024;

export function newLiveParts(send: (part: LivePart) => void): LiveParts {
  let offset = 0;
  let waiting = '';
  let sentAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function sendNow(): void {
    timer = undefined;
    if (waiting === '') return;
    const part = { offset, text: waiting };
    offset += waiting.length;
    waiting = '';
    sentAt = performance.now();
    send(part);
  }

  return {
    add(text) {
      if (offset + waiting.length >= MAX_LENGTH) return;
      waiting += plain(text);
      const due = sentAt + INTERVAL_MS - performance.now();
      if (due <= 0) sendNow();
      else timer ??= setTimeout(sendNow, due);
    },
    end() {
      clearTimeout(timer);
      waiting = '';
      offset = MAX_LENGTH;
    },
  };
}

/** What a terminal would obey is left out: people read events and logs in one. */
export function plain(text: string): string {
  return stripVTControlCharacters(text.replace(/\r\n?/g, '\n')).replace(/(?![\t\n])\p{Cc}/gu, '');
}
