import { Component, type ReactNode, Suspense } from 'react'
import { errorMessage } from '../../src-main/base/errors.ts'
import { Button } from './button.tsx'
import { LoadError } from './lazily.ts'
import { ErrorState } from './states.tsx'

export interface PartProps {
  /** What the part shows: when this changes, a failure is forgotten. */
  of: string
  /** What stands here while the code of the part is loaded. */
  fallback?: ReactNode
  /** Told instead of showing the failure here: for what stands over everything else. */
  onFailure?: (message: string) => void
  children: ReactNode
}

/**
 * A part of the window that is loaded and may fail by itself: whatever goes wrong while it is drawn, or while its code
 * is fetched, stands in its place, and the rest of the window goes on.
 */
export function Part({ fallback, ...props }: PartProps) {
  return (
    <FailureBoundary {...props}>
      <Suspense fallback={fallback}>{props.children}</Suspense>
    </FailureBoundary>
  )
}

interface State {
  of: string
  failure: { error: unknown } | undefined
}

class FailureBoundary extends Component<Omit<PartProps, 'fallback'>, State> {
  override state: State = { of: this.props.of, failure: undefined }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { failure: { error } }
  }

  static getDerivedStateFromProps({ of }: PartProps, state: State): State | null {
    return of === state.of ? null : { of, failure: undefined }
  }

  override componentDidCatch(error: unknown): void {
    this.props.onFailure?.(errorMessage(error))
  }

  override render(): ReactNode {
    const { onFailure, children } = this.props
    const { failure } = this.state
    if (!failure) return children
    if (onFailure) return null
    return (
      <ErrorState
        title="This part of the window failed"
        message={`${errorMessage(failure.error)}\nThe rest of the window goes on working.`}
        {...(!(failure.error instanceof LoadError) && {
          onRetry: () => this.setState({ failure: undefined }),
        })}
        actions={<Button onPress={() => location.reload()}>Reload the window</Button>}
      />
    )
  }
}
