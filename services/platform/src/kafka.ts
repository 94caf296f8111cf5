export { KafkaBus, type KafkaBusOptions } from './kafka/kafka.bus.ts';
export { TopicsLink } from './kafka/topics.link.ts';
