export { countDeadLetters, groupsBehind, type GroupBehind } from './kafka/brokers-at-rest.link.ts';
export { KafkaBus, type KafkaBusOptions } from './kafka/kafka.bus.ts';
export { untilCommitted } from './kafka/until-committed.link.ts';
