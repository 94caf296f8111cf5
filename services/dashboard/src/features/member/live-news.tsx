import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  /** The newest settled interval in words, and what it came to; absent while there is none. */
  newest: { intervalStart: string; time: string; amount: string } | undefined;
};

/** Tells a screen reader of each interval that is settled while the page is open, and never of those before. */
export function LiveNews({ newest }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const last = useRef(newest?.intervalStart);
  useEffect(() => {
    if (newest === undefined || newest.intervalStart === last.current) return;
    const isFirst = last.current === undefined;
    last.current = newest.intervalStart;
    if (!isFirst) setText(t('member.news', newest));
  }, [newest, t]);
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {text}
    </p>
  );
}
