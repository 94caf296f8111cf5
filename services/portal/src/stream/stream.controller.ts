import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces } from '@nestjs/swagger';
import { Clock, Logger, Metrics } from '@wattmesh/platform';
import type { Response } from 'express';
import { DirectoryService } from '../directory/directory.service.ts';
import { StreamQuery } from '../view/stream-frame.schema.ts';
import { StreamClient } from './stream-client.link.ts';
import { StreamPollerService } from './stream-poller.service.ts';
import { StreamFullError } from './stream.errors.ts';

const MOST_CLIENTS = 200;

@Controller('api/v1/stream')
export class StreamController {
  readonly #clients = new Set<StreamClient>();

  constructor(
    private readonly poller: StreamPollerService,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    const collect = (): number => this.#clients.size;
    metrics.gauge('wattmesh_streams', 'open event streams', { collect });
  }

  /** Events of a community as Server-Sent Events: `id` position, `event` topic, `data` payload; first `hello`. */
  @Get()
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string' } })
  async open(
    @Query({ schema: StreamQuery }) query: StreamQuery,
    @Res() response: Response,
    @Headers('last-event-id') lastEventId?: string,
  ): Promise<void> {
    await this.directory.community(query.communityId);
    if (this.#clients.size >= MOST_CLIENTS) throw new StreamFullError(this.#clients.size);
    const head = await this.poller.head();
    const asked = lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : query.after;
    // A position that the log has not reached is of another log, forgotten since.
    const after = asked === undefined || asked > head ? head : asked;
    response.status(200).set({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    await this.#serve(
      new StreamClient(response, { communityId: query.communityId, source: this.#source(), after }),
      response,
    );
  }

  #source(): ConstructorParameters<typeof StreamClient>[1]['source'] {
    return {
      after: (position, most) => this.poller.after(position, most),
      listen: (onNews) => this.poller.listen(onNews),
      hello: (position) => ({ asOf: this.clock.nowIso(), position, speed: this.clock.pace }),
    };
  }

  async #serve(client: StreamClient, response: Response): Promise<void> {
    this.#clients.add(client);
    try {
      const reason = await client.run();
      if (reason === undefined) return;
      this.metrics.counter('wattmesh_streams_cut_total', 'streams that the portal ended').inc();
      this.logger.info({ reason }, 'a stream was cut');
    } catch (error) {
      // What a stream cannot read now it reads when the client comes back.
      this.logger.warn({ err: error }, 'a stream broke off');
      response.destroy();
    } finally {
      this.#clients.delete(client);
    }
  }
}
