// How far a consumer group is behind the ends of its topics.
import type { Admin } from 'kafkajs';
import type { TopicLag } from '../bus.ts';

export async function readLag(admin: Admin, groupId: string, topics: readonly string[]): Promise<TopicLag[]> {
  const committed = await admin.fetchOffsets({ groupId, topics: [...topics] });
  return Promise.all(
    committed.map(async ({ topic, partitions }) => {
      const ends = await admin.fetchTopicOffsets(topic);
      const positions = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      const behind = ends.map(({ partition, high, low }) => {
        const position = positions.get(partition) ?? -1;
        // Where nothing was committed, it begins with the oldest message.
        return Number(high) - (position < 0 ? Number(low) : position);
      });
      return { topic, messages: behind.reduce((sum, messages) => sum + Math.max(messages, 0), 0) };
    }),
  );
}
