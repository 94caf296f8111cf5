import { useId, type ReactNode } from 'react';
import './card.css';

type Props = {
  title: string;
  /** One line under the title: what is seen here, in words. */
  hint?: ReactNode;
  /** Stamps and buttons at the right of the title. */
  tools?: ReactNode;
  children: ReactNode;
  className?: string;
};

/** A titled part of a page and a landmark of its own. */
export function Card({ title, hint, tools, children, className }: Props) {
  const id = useId();
  return (
    <section className={`card ${className ?? ''}`} aria-labelledby={id}>
      <header className="card-head">
        <h2 id={id}>{title}</h2>
        {tools === undefined ? null : <div className="card-tools">{tools}</div>}
        {hint === undefined ? null : <p className="card-hint soft small">{hint}</p>}
      </header>
      {children}
    </section>
  );
}
