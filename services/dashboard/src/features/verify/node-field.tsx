import { useId, useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  /** What the portal names; absent where it names none. */
  offered: string | undefined;
  chosen: string | undefined;
  onChoose: (rpcUrl: string | undefined) => void;
};

/** The node to ask: the portal's to begin with, any other at will. */
export function NodeField({ offered, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState(chosen ?? offered ?? '');
  const [isBad, setBad] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const url = text.trim();
    setBad(!isAddress(url));
    if (isAddress(url)) onChoose(url === offered ? undefined : url);
  };
  const reset = (): void => {
    setText(offered ?? '');
    setBad(false);
    onChoose(undefined);
  };
  return (
    <form className="node-field" onSubmit={submit} noValidate>
      <label htmlFor={id}>{t('verify.node')}</label>
      <div className="node-field-row">
        <input
          id={id}
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          value={text}
          aria-invalid={isBad}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" className="button">
          {t('verify.nodeUse')}
        </button>
        {chosen === undefined ? null : (
          <button type="button" className="button" onClick={reset}>
            {t('verify.nodeReset')}
          </button>
        )}
      </div>
      <p id={`${id}-hint`} className={isBad ? 'small node-bad' : 'small soft'} role={isBad ? 'alert' : undefined}>
        {t(isBad ? 'verify.nodeBad' : chosen === undefined ? 'verify.nodeHint' : 'verify.nodeOwn')}
      </p>
    </form>
  );
}

function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}
