import { controlEn } from './en-control.ts';
import { frameEn } from './en-frame.ts';
import { memberEn } from './en-member.ts';
import { operatorEn } from './en-operator.ts';

export const en = { ...frameEn, ...operatorEn, ...controlEn, ...memberEn };

/** The same tree of keys with any text: what a translation must have. */
export type Translated<T> = { [K in keyof T]: T[K] extends string ? string : Translated<T[K]> };
