import { setTimeout as sleep } from 'node:timers/promises';
import { Supervised, type SupervisedEvents } from '../supervise/supervised.ts';
import { startAnvil } from './anvil.ts';
import { ChainFile } from './chain-file.ts';
import { askNode } from './chain-rpc.ts';
import type { ServerProcess } from './child-process.ts';
import { LaunchError } from './launch-error.ts';

const BLOCK_EVERY_MS = 1000;
const MOST_TRIES = 5;
const ENDS_WITHIN_MS = 500;

/** When blocks are made: one for each transaction at once, one a second, as chains do, or when `mine` is called. */
export type Mining = 'at-once' | 'each-second' | 'when-told';

export interface ChainOptions {
  readonly folder: string;
  readonly port: number;
  readonly chainId: number;
  readonly mnemonic: string;
  /** Told why a block could not be made or kept; it is tried again. */
  readonly onTrouble?: (reason: string) => void;
}

interface Block {
  readonly number: string;
  readonly transactions: readonly string[];
}

/**
 * The local chain: anvil, started again whenever it ends. A block with transactions is kept on disk before the next one is made, so
 * that a kill takes back one block at most, and what has two blocks on top of the other never.
 */
export class LocalChain {
  readonly url: string;
  readonly supervised: Supervised<ServerProcess>;
  readonly #file: ChainFile;
  #mining: Mining = 'when-told';
  #head = 0;
  #keptHead = 0;
  /** The newest block has transactions and is not kept yet. */
  #isOwed = false;
  #isTicking = false;
  #timer: NodeJS.Timeout | undefined;
  /** Makings and keepings of blocks come one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: ChainOptions,
    events: SupervisedEvents<ServerProcess> = {},
  ) {
    this.url = `http://127.0.0.1:${options.port}`;
    this.#file = new ChainFile(options.folder);
    this.supervised = new Supervised('the EVM node', () => this.#begin(), events);
  }

  async start(): Promise<void> {
    await this.supervised.start();
    this.#keptHead = this.#head;
    this.#timer = setInterval(() => this.#tick(), BLOCK_EVERY_MS);
  }

  async setMining(mining: Mining): Promise<void> {
    this.#mining = mining;
    await this.#inTurn(() => askNode(this.url, 'evm_setAutomine', [mining === 'at-once']));
  }

  /** Makes a block now. It is kept before this resolves, where it has transactions. */
  async mine(): Promise<void> {
    await this.#inTurn(() => this.#mine());
  }

  /** Keeps all blocks made so far. */
  async keep(): Promise<void> {
    await this.#inTurn(async () => {
      const { number } = await this.#newest();
      if (Number(number) !== this.#keptHead) await this.#keep(Number(number));
    });
  }

  /**
   * Does work that the node must live through, and keeps what it made. Where the node ends meanwhile, the work is told by its signal
   * and done again: what of it the chain has by then, it must find there.
   */
  async throughout<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const life = await this.supervised.living();
      const ending = new AbortController();
      const ended = life.ended.then(() => {
        ending.abort();
        throw new LaunchError('the EVM node ended while the community was set up; start again');
      });
      try {
        const result = await Promise.race([work(ending.signal), ended]);
        await this.keep();
        return result;
      } catch (error) {
        // A connection breaks a moment before its process is known to have ended.
        await Promise.race([life.ended, sleep(ENDS_WITHIN_MS)]);
        if (tries === MOST_TRIES || this.supervised.life === life) throw error;
      }
    }
  }

  /** Ends the node when all its blocks are kept. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    try {
      if (this.supervised.life) await this.keep();
    } finally {
      await this.supervised.stop();
    }
  }

  /** After a kill the head is where it was: blocks that were lost are made again, without transactions. */
  async #begin(): Promise<ServerProcess> {
    const stateFile = this.#file.unpack();
    const node = await startAnvil({ ...this.options, ...(stateFile === undefined ? {} : { stateFile }) });
    try {
      const found = Number((await this.#newest()).number);
      if (found < this.#head) await askNode(this.url, 'anvil_mine', [`0x${(this.#head - found).toString(16)}`]);
      this.#head = Math.max(this.#head, found);
      this.#isOwed = false;
      if (this.#mining === 'at-once') await askNode(this.url, 'evm_setAutomine', [true]);
      return node;
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  #tick(): void {
    const life = this.supervised.life;
    if (!life || this.#isTicking || this.#mining === 'when-told') return;
    this.#isTicking = true;
    (this.#mining === 'each-second' ? this.mine() : this.keep())
      .catch((error: Error) => {
        // A node that has ended owes nothing: it goes on from what is kept.
        if (this.supervised.life === life) this.options.onTrouble?.(error.message);
      })
      .finally(() => (this.#isTicking = false));
  }

  async #mine(): Promise<void> {
    if (this.#isOwed) await this.#keep(this.#head);
    await askNode(this.url, 'evm_mine');
    const { number, transactions } = await this.#newest();
    this.#head = Number(number);
    this.#isOwed = transactions.length > 0;
    if (this.#isOwed) await this.#keep(this.#head);
  }

  async #keep(head: number): Promise<void> {
    await this.#file.write((await askNode(this.url, 'anvil_dumpState')) as string);
    this.#head = Math.max(this.#head, head);
    this.#keptHead = head;
    this.#isOwed = false;
  }

  async #newest(): Promise<Block> {
    return (await askNode(this.url, 'eth_getBlockByNumber', ['latest', false])) as Block;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
