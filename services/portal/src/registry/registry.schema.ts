import {
  CommunityConfigured,
  DeviceRegistered,
  MemberRegistered,
  MeterEnrolled,
  SiteConfigured,
} from '@wattmesh/events';
import { z } from 'zod';

/** Everything that makes up one community, as its operator hands it in. */
export const RegistryDocument = z.object({
  community: CommunityConfigured.schema,
  members: z.array(MemberRegistered.schema).min(1),
  sites: z.array(SiteConfigured.schema).min(1),
  devices: z.array(DeviceRegistered.schema).min(1),
  meters: z.array(MeterEnrolled.schema).min(1),
});
export type RegistryDocument = z.infer<typeof RegistryDocument>;

export const RegistrationView = z.object({
  communityId: z.string(),
  documentHash: z.string(),
  /** True where this very document had been registered before: nothing was done. */
  wasKnown: z.boolean(),
});
export type RegistrationView = z.infer<typeof RegistrationView>;
