import { createRequire } from 'node:module';
import { decodePoint } from '@wattmesh/gateway/sunspec/decode-point';
import { findModel } from '@wattmesh/gateway/sunspec/find-model';

const { default: ModbusRTU } = createRequire(import.meta.url)('modbus-serial') as typeof import('modbus-serial');

const COUNTERS = ['TotWhImp', 'TotWhExp', 'TotWhInj', 'TotWhAbs', 'WH'];
const END = 0xffff;

/** A foreign client at the port of a site. */
export class SiteClient {
  readonly #client = new ModbusRTU();

  static async open(endpoint: { host: string; port: number } | undefined): Promise<SiteClient> {
    if (endpoint === undefined) throw new TypeError('no such site');
    const client = new SiteClient();
    await client.#client.connectTCP(endpoint.host, { port: endpoint.port });
    return client;
  }

  /** A model of a unit, read whole, with the address it begins at. */
  async model(unitId: number, id: number): Promise<{ address: number; value: (name: string) => number }> {
    for await (const model of this.#models(unitId)) if (model.id === id) return model;
    throw new TypeError(`unit ${unitId} has no model ${id}`);
  }

  /** All energy counters of a unit, in Wh. */
  async counters(unitId: number): Promise<number[]> {
    const counters: number[] = [];
    for await (const { id, value } of this.#models(unitId)) {
      const names = COUNTERS.filter((name) => findModel(id)?.byName.has(name));
      counters.push(...names.map(value).filter((wh) => !Number.isNaN(wh)));
    }
    return counters;
  }

  async write(unitId: number, address: number, words: number[]): Promise<void> {
    this.#client.setID(unitId);
    await this.#client.writeRegisters(address, words);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#client.close(() => resolve()));
  }

  async *#models(unitId: number) {
    for (let address = 40_002; ;) {
      this.#client.setID(unitId);
      const [id = END, length = 0] = (await this.#client.readHoldingRegisters(address, 2)).data;
      if (id === END) return;
      const words = Uint16Array.from((await this.#readAll(address, length + 2)).flat());
      const value = (name: string): number => {
        const point = findModel(id)?.byName.get(name);
        return Number(point && decodePoint(point, words));
      };
      yield { id, address, value };
      address += length + 2;
    }
  }

  /** In parts of as many registers as one request may ask for. */
  async #readAll(address: number, count: number): Promise<number[][]> {
    const parts: number[][] = [];
    for (let at = 0; at < count; at += 125)
      parts.push((await this.#client.readHoldingRegisters(address + at, Math.min(125, count - at))).data);
    return parts;
  }
}
