// agent-service as a process of its own, on Kafka.
import { withKafkaBus } from '@builder-ai/platform/bus/kafka/with-kafka-bus';
import { runProcess } from '@builder-ai/platform/run-process';
import { startAgentService } from './compose.ts';

const NAME = 'agent-service';

await runProcess(NAME, (env) => withKafkaBus(NAME, env, (parts) => startAgentService(env, parts)));
