export { startDevices, type RunningDevices } from './devices/devices.link.ts';
export { writeForecastInputs } from './history/history.store.ts';
export { generateProfiles } from './profiles/generate-profiles.ts';
export type { Profiles } from './profiles/profiles.ts';
export { loadProfiles } from './profiles/profiles.store.ts';
export { ScenarioError } from './scenario/scenario.errors.ts';
export { Scenario } from './scenario/scenario.schema.ts';
export { loadScenario } from './scenario/scenario.store.ts';
export { World, type WorldState } from './world.ts';
