import type { NestExpressApplication } from '@nestjs/platform-express';

/** A provider that sets up a service's HTTP server before its routes: files, headers, a description of its interface. */
export abstract class HttpSetup {
  abstract setUp(app: NestExpressApplication): void;
}
