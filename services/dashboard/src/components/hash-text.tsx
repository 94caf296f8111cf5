import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import './hash-text.css';

const HEAD = 8;
const TAIL = 4;
const THANKS_MS = 1500;

/** A hash or address, shortened for the eye; a press copies the whole. */
export function HashText({ hash }: { hash: string }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(hash);
    setCopied(true);
    setTimeout(() => setCopied(false), THANKS_MS);
  };
  return (
    <button
      type="button"
      className="hash mono"
      title={hash}
      aria-label={t('hash.copy', { hash: `${hash.slice(0, HEAD)} ${hash.slice(-TAIL)}` })}
      onClick={() => void copy()}
    >
      {isCopied ? t('hash.copied') : `${hash.slice(0, HEAD)}…${hash.slice(-TAIL)}`}
    </button>
  );
}
