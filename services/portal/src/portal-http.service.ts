import { Injectable } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { HttpSetup } from '@wattmesh/platform';
import { convertSchema } from './docs/convert-schema.ts';
import { PageService } from './page/page.service.ts';

const ABOUT =
  'Views of communities, their members and their books. Units stand in the names; power into a site is positive.';

/** What stands before the routes: the dashboard's files, and the description of the interface. */
@Injectable()
export class PortalHttpService extends HttpSetup {
  constructor(private readonly pages: PageService) {
    super();
  }

  setUp(app: NestExpressApplication): void {
    app.disable('x-powered-by');
    app.use(this.pages.serve.bind(this.pages));
    const config = new DocumentBuilder()
      .setTitle('Wattmesh portal')
      .setDescription(ABOUT)
      .setVersion('1')
      .setOpenAPIVersion('3.1.0')
      .build();
    const document = () => SwaggerModule.createDocument(app, config, { standardSchemaConverter: convertSchema });
    SwaggerModule.setup('api/docs', app, document, { raw: ['json'] });
  }
}
