import { bootstrap } from '@wattmesh/platform';
import { AppModule } from './app.module.ts';

await bootstrap(AppModule, 'forecaster');
