// task-service as a process of its own, on Kafka.
import { withKafkaBus } from '@builder-ai/platform/bus/kafka/with-kafka-bus';
import { runProcess } from '@builder-ai/platform/run-process';
import { startTaskService } from './compose.ts';

const NAME = 'task-service';

await runProcess(NAME, (env) => withKafkaBus(NAME, env, (parts) => startTaskService(env, parts)));
