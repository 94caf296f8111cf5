import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as util from 'node:util';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Backend, WantedBackend } from './messages.ts';

/** Opens the wanted TensorFlow.js backend for this thread. Rejects where native TensorFlow is wanted by name and cannot be had. */
export async function openBackend(wanted: WantedBackend): Promise<Backend> {
  if (wanted !== 'wasm' && (await hasNative(wanted))) return 'tensorflow';
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(entry)}${sep}`);
  // One thread: sums keep one order, so a seed gives the same weights again.
  wasm.setThreadsCount(1);
  await tf.setBackend('wasm');
  await tf.ready();
  return 'wasm';
}

const NATIVE = '@tensorflow/tfjs-node-gpu';

async function hasNative(wanted: WantedBackend): Promise<boolean> {
  try {
    // The package calls a function that Node 23 removed.
    const legacy = createRequire(import.meta.url)('node:util') as typeof util & {
      isNullOrUndefined?: (value: unknown) => boolean;
    };
    legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
    await import(NATIVE);
    return (await tf.setBackend('tensorflow')) && tf.getBackend() === 'tensorflow';
  } catch (cause) {
    if (wanted === 'auto') return false;
    throw new Error(`install ${NATIVE} 4.22.0 with its native library, or set FORECASTER_BACKEND=wasm`, { cause });
  }
}
