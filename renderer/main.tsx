import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { startTexts, systemLanguage } from './i18n/i18n.ts';
import { Texts } from './i18n/texts.tsx';
import '@fontsource-variable/inter';
import './styles/tokens.css';
import './styles/types.css';
import './styles/base.css';

startTexts(systemLanguage());
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id "root".');
createRoot(root).render(
  <StrictMode>
    <Texts>
      <App />
    </Texts>
  </StrictMode>,
);
