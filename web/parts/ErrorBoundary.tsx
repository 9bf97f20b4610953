import type { ErrorInfo, ReactNode } from 'react';
import { Component } from 'react';

interface Props {
  /** What is inside, in words: `the timeline`. */
  readonly what: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
}

/** Shows what went wrong instead of nothing, with a way back; the rest of the page goes on. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div className="broken" role="alert">
        <p>
          <b>Something broke in {this.props.what}.</b> This is a mistake of the page, not of yours.
        </p>
        <pre>{error.message}</pre>
        <p>
          <button type="button" onClick={() => this.setState({ error: undefined })}>
            Show it again
          </button>
          <button
            type="button"
            onClick={() => {
              history.replaceState(null, '', location.pathname + location.search);
              location.reload();
            }}
          >
            Start over
          </button>
        </p>
      </div>
    );
  }
}
