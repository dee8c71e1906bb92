export {
  ApiProblem,
  type ShownProblem,
  toProblem,
  toRetryAfterSeconds,
  toShownProblem,
} from '@builder-ai/client/api-problem';
