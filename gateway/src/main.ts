// The gateway as a process of its own, on Kafka.
import { withKafkaBus } from '@builder-ai/platform/bus/kafka/with-kafka-bus';
import { runProcess } from '@builder-ai/platform/run-process';
import { startGateway } from './compose.ts';

const NAME = 'gateway';

await runProcess(NAME, (env) => withKafkaBus(NAME, env, (parts) => startGateway(env, parts)));
