import { createRoot } from 'react-dom/client';
import { Loading } from '../../../../renderer/components/loading.tsx';
import { Toasts } from '../../../../renderer/shell/toasts.tsx';
import '../../../../renderer/styles/strongroom.css';
import { ChartsPage } from './charts-page.tsx';
import { ControlsPage } from './controls-page.tsx';
import { JourneyPage } from './journey-page.tsx';
import { TablePage } from './table-page.tsx';
import { WordsPage } from './words-page.tsx';

/** Every component on a page of its own, for the tests that press its keys and for looking at it: `#table/dark`. */
const PAGES: Readonly<Record<string, () => React.JSX.Element>> = {
  controls: ControlsPage,
  table: TablePage,
  journey: JourneyPage,
  charts: ChartsPage,
  words: WordsPage,
};

const [name = '', theme = 'light'] = window.location.hash.slice(1).split('/');
document.documentElement.dataset['theme'] = theme;
const Page = PAGES[name] ?? (() => <Loading>{`no page ${name}`}</Loading>);
const root = document.getElementById('root');
if (root === null) throw new Error('no root');
createRoot(root).render(
  <div className="app">
    <main className="main" id="main" tabIndex={-1} style={{ blockSize: '100%' }}>
      <Page />
    </main>
    <Toasts />
  </div>,
);
