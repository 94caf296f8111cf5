import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { startI18n } from './i18n/i18n.ts';
import './theme/tokens.css';
import './theme/base.css';

const root = document.querySelector('#root');
if (root === null) throw new TypeError('index.html has no #root');
const i18n = startI18n();
createRoot(root).render(
  <StrictMode>
    <App i18n={i18n} />
  </StrictMode>,
);
