// A model that answers what was recorded, and notices when it is asked something else.
import type { Model, ModelRequest } from '../models/model.ts';
import { AI_UNAVAILABLE_WORDS, ProviderFault } from '../models/provider-fault.ts';
import { fingerprintOf } from '../models/request-fingerprint.ts';
import { StepFailed } from '../runs/run.ts';
import type { RecordedAnswer, ReplayItem } from './replay-script.ts';

/** The replay is not what was recorded; the words say where it left the recorded way. */
export class ReplayDiverged extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ReplayDiverged';
  }
}

/** The run asks for more than was recorded up to its user's next word, or to the end. */
export class ReplayEnds extends Error {
  constructor() {
    super('There is nothing more recorded here.');
    this.name = 'ReplayEnds';
  }
}

const SHOWN_LENGTH = 300;

/**
 * Its name is that of the model whose answer was given last.
 * @param items what is left of the recording: answers are taken off its beginning
 * @param onAnswer called before an answer is given: what the user said then is to be heard before the next one
 */
export function newReplayModel(
  agent: string,
  name: string,
  items: ReplayItem[],
  onAnswer: (callId: string) => Promise<void>,
): Model {
  let current = name;
  return {
    agent,
    get name() {
      return current;
    },
    reserve: () => 0,
    async answer(request) {
      // A reviewer that said much and gave no verdict is not asked once more.
      if (items[0]?.kind === 'fault' && items[0].purpose !== request.purpose) items.shift();
      const [item] = items;
      if (item?.kind === 'fault') {
        items.shift();
        throw new ProviderFault(item.reason.replace(AI_UNAVAILABLE_WORDS, ''), { kind: 'refused', mayBePaid: false });
      }
      if (item?.kind === 'limit') {
        items.shift();
        throw StepFailed.again(request.subject.step?.index ?? 0, item.error, item.asked);
      }
      if (item?.kind !== 'answer') throw new ReplayEnds();
      check(agent, item, request);
      items.shift();
      current = item.model;
      await onAnswer(item.callId);
      return item.answer;
    },
  };
}

function check(agent: string, recorded: RecordedAnswer, request: ModelRequest): void {
  if (recorded.agent !== agent)
    throw new ReplayDiverged(`Call ${recorded.callId} was made to ${recorded.agent}; the replay asks ${agent}.`);
  if (recorded.request === undefined || recorded.request === fingerprintOf(request)) return;
  const last = JSON.stringify(request.messages.at(-1)?.content).slice(0, SHOWN_LENGTH);
  throw new ReplayDiverged(
    `Call ${recorded.callId}: the replay asks something else than what was recorded. It ends with: ${last}`,
  );
}
