import { defineModel, type ModelDefinition, type PointRow } from '../sunspec/model-definition.ts';
import sunspec from './maps/sunspec.json' with { type: 'json' };
import villageCharger from './maps/village-charger.json' with { type: 'json' };
import villageRack from './maps/village-rack.json' with { type: 'json' };
import { ProfileDefinition } from './profile-definition.ts';
import { ProfileError } from './profile-error.ts';

/** Id under which a vendor's register map stands among the models of a device. */
export const REGISTER_MAP_ID = 0;

export interface Profile extends ProfileDefinition {
  /** The vendor's register map as a model; absent where the device is discovered by its SunSpec chain. */
  readonly map?: ModelDefinition;
}

const PROFILES: ReadonlyMap<string, Profile> = new Map(
  [sunspec, villageCharger, villageRack].map((data) => [data.name, defineProfile(data)]),
);

/** A device profile by the name under which a device is registered. */
export function findProfile(name: string): Profile {
  const profile = PROFILES.get(name);
  if (profile === undefined) {
    throw new ProfileError(
      'PROFILE_UNKNOWN',
      `no device profile "${name}": use one of ${[...PROFILES.keys()].join(', ')}`,
    );
  }
  return profile;
}

/** A checked profile from its data. */
function defineProfile(data: unknown): Profile {
  const definition = ProfileDefinition.parse(data);
  const { registers, name, label } = definition;
  if (registers === undefined) return definition;
  const points = registers.points as unknown as readonly PointRow[];
  return { ...definition, map: defineModel({ id: REGISTER_MAP_ID, name, label, points }) };
}
