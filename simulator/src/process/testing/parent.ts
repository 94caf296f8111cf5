// A launcher that does nothing but start the devices and pass on what they say.
import { DevicesProcess } from './devices-process.ts';

const devices = new DevicesProcess(['--scenario', 'hamlet', '--port', '0', '--state', process.argv[2] ?? '']);
process.send?.({ ready: { endpoints: await devices.ready } });
