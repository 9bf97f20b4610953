import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { ErrorBoundary } from './parts/ErrorBoundary.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/address.css';
import './styles/caption.css';
import './styles/revisions.css';
import './styles/notices.css';
import './styles/timeline.css';
import './styles/life.css';
import './styles/lanes.css';
import './styles/cards.css';
import './styles/entry.css';
import './styles/locks.css';
import './styles/counters.css';
import './styles/walk-form.css';
import './styles/pointers.css';
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
