import type { Effects, Logger } from '@wattmesh/platform';
import type { Clock } from '@wattmesh/platform/clock';
import {
  World,
  appendDeviceWrite,
  resumeWorld,
  startDevices,
  type KeptWorld,
  type Profiles,
  type RunningDevices,
  type Scenario,
} from '@wattmesh/simulator';
import type { Signer } from 'ethers';
import type { Drill } from '../drill/drills.ts';
import type { Contracts } from './build-registry.ts';
import { enrolWithContracts, prepareEnrolment } from './enrol-community.ts';
import { foresee } from './foresee.ts';
import { registerCommunity } from './register-community.ts';
import type { RunningStack } from './running-stack.ts';
import type { StackPlaces } from './service-environment.ts';
import { deployFor } from './set-up-chain.ts';
import { Stack, type StackOptions } from './stack.ts';

export interface CommunityOptions {
  readonly scenario: Scenario;
  /** What its households use and its sky does. */
  readonly profiles: Profiles;
  readonly clock: Clock;
  /** Lets events that are on their way arrive; the step clock's timers due now fire in it. */
  readonly settle: () => Promise<void>;
  readonly places: StackPlaces;
  readonly operator: Signer;
  readonly chainId: number;
  readonly portalPort: number;
  readonly firstDevicePort: number;
  readonly drill?: Drill;
  readonly logTo?: (service: string) => Logger;
  /** State of an earlier run to go on from. */
  readonly earlier?: { contracts: Contracts; world: KeptWorld };
  /** File with the saved world: what devices are told from then on is added to it. */
  readonly worldFile?: string;
}

/** A scenario brought to life: its devices on sockets, its contracts on chain, its services in this process. */
export class LiveCommunity {
  private constructor(
    readonly options: CommunityOptions,
    /** Its physical half: what does not die with the services. */
    private readonly physical: { readonly world: World; readonly devices: RunningDevices },
    readonly contracts: Contracts,
  ) {}

  get world(): World {
    return this.physical.world;
  }

  get scenario(): Scenario {
    return this.options.scenario;
  }

  get profiles(): Profiles {
    return this.options.profiles;
  }

  get operator(): Signer {
    return this.options.operator;
  }

  /** Starts devices and contracts: what does not die with the services. */
  static async prepare(options: CommunityOptions): Promise<LiveCommunity> {
    const { scenario, profiles, clock, places, earlier, worldFile } = options;
    const plan = { scenario, profiles };
    const world = earlier ? resumeWorld(plan, earlier.world) : new World(plan);
    foresee(plan, places.folder);
    const devices = await startDevices({
      world,
      clock: () => clock.now(),
      portFrom: options.firstDevicePort,
      ...(worldFile === undefined ? {} : { onWrite: (write) => appendDeviceWrite(worldFile, write) }),
    });
    try {
      const contracts = earlier?.contracts ?? (await deployFor(scenario, options.operator, options.chainId));
      return new LiveCommunity(options, { world, devices }, contracts);
    } catch (error) {
      await devices.stop();
      throw error;
    }
  }

  /** Starts all services and brings the scenario into them; what they know already stays. */
  async startServices(life: { effects: Effects; onCrash?: StackOptions['onCrash']; clock?: Clock }): Promise<Stack> {
    const { options } = this;
    return Stack.start({
      places: options.places,
      clock: life.clock ?? options.clock,
      effects: life.effects,
      seed: options.scenario.seed,
      portalPort: options.portalPort,
      ...(options.drill ? { drill: options.drill } : {}),
      ...(options.logTo ? { logTo: options.logTo } : {}),
      ...(life.onCrash ? { onCrash: life.onCrash } : {}),
    });
  }

  /** Registers the community with its services and on chain; everything is done once, however often it is asked. */
  async enrol(stack: RunningStack): Promise<void> {
    const { scenario, operator, places, settle } = this.options;
    const enrolment = await prepareEnrolment(scenario, this.physical.devices.endpoints, this.contracts);
    await enrolWithContracts(operator, this.contracts, enrolment);
    await registerCommunity(stack.urls, { ...enrolment, token: places.registrationToken }, { settle });
  }

  async stop(): Promise<void> {
    await this.physical.devices.stop();
  }
}
