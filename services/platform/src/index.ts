export * from './clock/clock.ts';
export { Archive, Bus, type BatchHandler, type BusFaults, type BusRecord, type OutgoingRecord } from './bus/bus.ts';
export { BusStoppedError } from './bus/bus.errors.ts';
export { toRecord, type EventAttributes } from './bus/cloud-event.ts';
export { configOf, InvalidConfigError, type ConfigClass } from './service/config.ts';
export { ConsumerStore } from './consumer/consumer-store.ts';
export { bootstrap } from './service/bootstrap.ts';
export { CrashingEffects } from './service/crashing-effects.ts';
export { createService, startService, type RunningService } from './service/create-service.ts';
export { DomainError, type DomainErrorOptions } from './service/domain-error.ts';
export { CrashError, Effects, RealEffects, ServiceKilledError } from './service/effects.ts';
export { ENV, type Environment } from './service/environment.config.ts';
export { eventIdOf, type EventIdentity } from './bus/event-id.ts';
export { HttpSetup } from './service/http-setup.ts';
export { Lifetime } from './service/lifetime.ts';
export { Logger, type LogFields } from './service/logger.ts';
export { MemberBus } from './bus/member.bus.ts';
export { MemoryArchive } from './bus/memory-archive.ts';
export { MemoryBus, type MemoryBusOptions } from './bus/memory-bus.ts';
export {
  Distribution,
  Metrics,
  type DistributionSnapshot,
  type GaugeOptions,
  type GaugeReading,
} from './service/metrics.ts';
export { OnEvent, type OnEventOptions } from './consumer/on-event.ts';
export { LivenessCheck } from './service/liveness-check.ts';
export { ReadinessCheck } from './service/readiness-check.ts';
export { ServiceContext, type Runtime } from './service/runtime.ts';
export { seededRandom } from './seeded-random.ts';
