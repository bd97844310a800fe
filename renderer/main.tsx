import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startStores } from './stores/start-stores.ts';
import './styles/strongroom.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root');
startStores();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
