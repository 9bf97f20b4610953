import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { ErrorBoundary } from './parts/ErrorBoundary.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/parts.css';
import './styles/timeline.css';
import './styles/inspector.css';
import './styles/dialogs.css';
import './styles/narrow.css';
import './styles/embed.css';

const root = document.getElementById('root');
if (root === null) throw new Error('[engine bug] index.html has no root');
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary what="the page">
      <App />
    </ErrorBoundary>
  </StrictMode>,
);
