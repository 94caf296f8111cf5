export interface BrokerSettings {
  readonly port: number;
  readonly controllerPort: number;
  /** Relative to the folder that the broker runs in, so that no character of its path needs an escape. */
  readonly dataFolder: string;
  /** False for tests only: a crash of the machine may then lose what was acknowledged. */
  readonly isDurable: boolean;
}

function network({ port, controllerPort }: BrokerSettings) {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `BROKER://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `BROKER://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'BROKER',
    'controller.listener.names': 'CONTROLLER',
  };
}

/** One node holds the only copy of everything. */
const ALONE = {
  'auto.create.topics.enable': false,
  'default.replication.factor': 1,
  'min.insync.replicas': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
};

const GROUPS = {
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1000,
  // A community that was off for a month goes on where it stopped.
  'offsets.retention.minutes': 525_600,
};

/** After a kill the new broker may register only when the old one's session has run out: 9 s by default. */
const FAST_RESTART = {
  'broker.session.timeout.ms': 3000,
  'broker.heartbeat.interval.ms': 500,
  'num.recovery.threads.per.data.dir': 2,
};

const SMALL = {
  'num.network.threads': 2,
  'num.io.threads': 2,
  'background.threads': 2,
  'log.cleaner.threads': 1,
  'log.cleaner.dedupe.buffer.size': 8_388_608,
  'log.segment.bytes': 67_108_864,
  'log.index.size.max.bytes': 1_048_576,
  'metadata.max.idle.interval.ms': 0,
};

const RECORDS = {
  'message.max.bytes': 1_048_588,
  // By its own clock the broker would refuse records of a simulated future, and delete those of a simulated past.
  'log.message.timestamp.type': 'LogAppendTime',
};

/**
 * A broker that is killed loses nothing: what it acknowledged is in the system's page cache. A machine without power loses that
 * cache, and no second node has a copy, so a lone broker syncs before it acknowledges, as PostgreSQL does: about 0.3 ms on an SSD
 * for each partition of a request. With `isDurable: false` a power cut loses what came in the seconds before it.
 */
const SYNC_BEFORE_ACKNOWLEDGING = { 'log.flush.interval.messages': 1 };

/** What `server.properties` says of a lone Kafka node, broker and controller in one, reachable on loopback only. */
export function brokerProperties(settings: BrokerSettings): string {
  const lines = {
    ...network(settings),
    'log.dirs': settings.dataFolder,
    ...ALONE,
    ...GROUPS,
    ...FAST_RESTART,
    ...SMALL,
    ...RECORDS,
    ...(settings.isDurable ? SYNC_BEFORE_ACKNOWLEDGING : {}),
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Where and how the broker logs: a new file each start, of at most 5 MB, the last four kept; nothing on the console. */
export const LOGGING_PROPERTIES = `handlers=java.util.logging.FileHandler
.level=INFO
java.util.logging.FileHandler.pattern=log/kafka.%g.log
java.util.logging.FileHandler.limit=5000000
java.util.logging.FileHandler.count=4
java.util.logging.FileHandler.formatter=java.util.logging.SimpleFormatter
java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n
`;
