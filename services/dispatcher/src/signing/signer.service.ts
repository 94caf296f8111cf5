import { Injectable } from '@nestjs/common';
import type { CommandIssued, ScheduleIssued } from '@wattmesh/events';
import { DispatcherConfig } from '../dispatcher.config.ts';
import { derivePrivateKey } from './derive-key.ts';
import { encodeCommand, encodeSchedule } from './encode-command.ts';
import { signMessage } from './sign-message.ts';

/** Signs what gateways obey, by the dispatcher's key. */
@Injectable()
export class SignerService {
  readonly #key: Uint8Array;

  constructor(config: DispatcherConfig) {
    this.#key = derivePrivateKey(config.DISPATCHER_KEY_SEED);
  }

  signSchedule(schedule: Omit<ScheduleIssued, 'signature'>): ScheduleIssued {
    return { ...schedule, signature: signMessage(encodeSchedule(schedule), this.#key) };
  }

  signCommand(command: Omit<CommandIssued, 'signature'>): CommandIssued {
    return { ...command, signature: signMessage(encodeCommand(command), this.#key) };
  }
}
