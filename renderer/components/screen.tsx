import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { ArrowLeft } from 'lucide-react';
import { navigate } from '../stores/navigation.ts';
import type { ScreenName, ScreenParams } from '../screens.tsx';
import { Button } from './button.tsx';

export interface ScreenFrameProps {
  readonly title: string;
  /** One or two sentences below the title. */
  readonly intro?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  /** The screen above this one. */
  readonly back?: { readonly to: ScreenName; readonly params?: ScreenParams; readonly label: string };
  /** Beside the title: a state badge. */
  readonly badge?: ReactNode;
  readonly width?: 'wide' | 'reading';
  readonly children: ReactNode;
}

/** The frame of every screen: its one h1, which has the focus when the screen appears, and its actions. */
export function Screen({ title, intro, actions, back, badge, width = 'wide', children }: ScreenFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} - Strongroom`;
  }, [title]);
  useEffect(() => {
    // The first screen of the window leaves the focus where a keyboard expects it: at the top.
    if (document.activeElement !== null && document.activeElement !== document.body) heading.current?.focus();
  }, []);
  return (
    <div className="screen" data-width={width}>
      {back !== undefined && (
        <Button
          variant="quiet"
          className="screen-back"
          icon={ArrowLeft}
          onPress={() => navigate(back.to, back.params)}
        >
          {back.label}
        </Button>
      )}
      <header className="screen-header">
        <div className="screen-heading">
          <div className="screen-title-line">
            <h1 ref={heading} tabIndex={-1} className="screen-title">
              {title}
            </h1>
            {badge}
          </div>
          {intro !== undefined && <div className="screen-intro">{intro}</div>}
        </div>
        {actions !== undefined && <div className="screen-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export interface SectionProps {
  readonly title: string;
  readonly intro?: ReactNode;
  readonly actions?: ReactNode;
  /** A frame around it. */
  readonly isCard?: boolean;
  readonly children: ReactNode;
}

/** A part of a screen under an h2. */
export function Section({ title, intro, actions, isCard = false, children }: SectionProps) {
  return (
    <section className="section" data-card={isCard || undefined}>
      <header className="section-header">
        <div>
          <h2 className="section-title">{title}</h2>
          {intro !== undefined && <div className="section-intro">{intro}</div>}
        </div>
        {actions !== undefined && <div className="section-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
