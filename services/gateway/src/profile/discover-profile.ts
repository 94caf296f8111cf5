import { decodePoint } from '../sunspec/decode-point.ts';
import { discoverDevice, type Discovery, type ReadRegisters } from '../sunspec/discover-device.ts';
import { splitReads } from '../sunspec/split-reads.ts';
import { type Profile, REGISTER_MAP_ID } from './find-profile.ts';

/**
 * What a device is, whichever its profile: a SunSpec device by its model chain, a vendor's device by its own map. Undefined where a
 * SunSpec chain is expected and none is there; a vendor's device that refuses its registers rejects.
 */
export async function discoverProfile(profile: Profile, read: ReadRegisters): Promise<Discovery | undefined> {
  const { map, registers } = profile;
  if (map === undefined || registers === undefined) return discoverDevice(read);
  const words = new Uint16Array(map.size);
  const spans = map.points.map(({ offset, size }) => ({ address: registers.address + offset, count: size }));
  for (const { address, count } of splitReads(spans))
    words.set(await read(address, count), address - registers.address);
  const serialPoint = map.byName.get(registers.serial);
  const serial = serialPoint === undefined ? undefined : decodePoint(serialPoint, words)?.toString();
  const identity = { manufacturer: undefined, model: profile.label, version: undefined, serial };
  const { address } = registers;
  return {
    ...identity,
    base: address,
    identities: [identity],
    models: [{ id: REGISTER_MAP_ID, address, length: map.size - 2, commonIndex: 0, words }],
  };
}
