export {
  ApiProblem,
  type ShownProblem,
  saysSignedOut,
  toProblem,
  toRetryAfterSeconds,
  toShownProblem,
} from '@builder-ai/client/api-problem';
