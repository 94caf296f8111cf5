import { controlDe } from './de-control.ts';
import { frameDe } from './de-frame.ts';
import { memberDe } from './de-member.ts';
import { operatorDe } from './de-operator.ts';
import type { Translated, en } from './en.ts';

export const de: Translated<typeof en> = { ...frameDe, ...operatorDe, ...controlDe, ...memberDe };
