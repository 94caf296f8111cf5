import type { NowView } from '@wattmesh/portal/views';
import { useTranslation } from 'react-i18next';
import type { Format } from '../../format/use-format.ts';

/** The diagram in one sentence, for the ear and for the first minute. */
export function useFlowSentence(now: NowView, format: Format): string {
  const { t } = useTranslation();
  const { loadW, generationW, storageW, chargingW } = now.totals;
  const feederW = now.feeder.powerW;
  if (feederW === undefined || loadW === undefined) return t('flow.sentenceMissing');
  const magnitudes = [feederW, loadW, generationW, storageW, chargingW].map((valueW) =>
    valueW === undefined ? undefined : Math.abs(valueW),
  );
  const { unit, texts } = format.power(magnitudes);
  const [grid, load, sun, storage, charging] = texts.map((text) => `${text} ${unit}`);
  return [
    t(feederW >= 0 ? 'flow.sentenceImport' : 'flow.sentenceExport', { grid }),
    t('flow.sentenceLoad', { load }),
    generationW === undefined ? '' : t('flow.sentenceSun', { sun }),
    storageW === undefined ? '' : t(storageKey(storageW), { storage }),
    chargingW === undefined ? '' : t('flow.sentenceCharging', { charging }),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Below this a battery only keeps itself awake. */
const REST_W = 20;

function storageKey(storageW: number) {
  if (Math.abs(storageW) < REST_W) return 'flow.sentenceRest' as const;
  return storageW > 0 ? ('flow.sentenceCharge' as const) : ('flow.sentenceDischarge' as const);
}
