import { Component } from 'react';
import type { ReactNode } from 'react';
import { toErrorDocument } from '../client.ts';
import { ErrorNotice } from '../components/notice.tsx';
import { Screen } from '../components/screen.tsx';

interface Props {
  readonly children: ReactNode;
}

/** A fault in one screen leaves the others usable. */
export class ScreenBoundary extends Component<Props, { readonly thrown: unknown }> {
  override state: { readonly thrown: unknown } = { thrown: undefined };

  static getDerivedStateFromError(thrown: unknown): { thrown: unknown } {
    return { thrown };
  }

  override render(): ReactNode {
    if (this.state.thrown === undefined) return this.props.children;
    return (
      <Screen title="This screen failed">
        <ErrorNotice
          error={toErrorDocument(this.state.thrown)}
          onRetry={() => this.setState({ thrown: undefined })}
        />
      </Screen>
    );
  }
}
