import { type ComponentType, lazy, Suspense } from 'react'
import { useStore } from '../../bridge/hooks.ts'
import { question, type Target } from '../shared/operations.ts'

interface TargetQuestion {
  target: Target
  onClose: () => void
}

const DeleteQuestion = lazy(async () => ({
  default: (await import('./delete-question.tsx')).DeleteQuestion,
}))

const UndoQuestion = lazy(async () => ({
  default: (await import('./undo-question.tsx')).UndoQuestion,
}))

/** Questions about one object, loaded when they are asked. */
const aboutOne: Readonly<Record<string, ComponentType<TargetQuestion>>> = {
  scale: lazy(async () => ({ default: (await import('./scale-question.tsx')).ScaleQuestion })),
  restart: lazy(async () => ({
    default: (await import('./restart-question.tsx')).RestartQuestion,
  })),
  drain: lazy(async () => ({ default: (await import('./drain-question.tsx')).DrainQuestion })),
  forward: lazy(async () => ({
    default: (await import('./forward-question.tsx')).ForwardQuestion,
  })),
  evict: lazy(async () => ({ default: (await import('./evict-question.tsx')).EvictQuestion })),
}

/** The question that stands over everything else, if there is one. */
export function Questions() {
  const asked = useStore(question)
  if (!asked) return null
  const close = () => question.set(undefined)
  if (asked.type === 'delete') {
    return (
      <Suspense>
        <DeleteQuestion
          targets={asked.targets}
          onClose={close}
          {...(asked.onDone && { onDone: asked.onDone })}
        />
      </Suspense>
    )
  }
  if (asked.type === 'undo') {
    return (
      <Suspense>
        <UndoQuestion target={asked.target} revision={asked.revision} onClose={close} />
      </Suspense>
    )
  }
  const Asked = aboutOne[asked.type]
  return <Suspense>{Asked && <Asked target={asked.target} onClose={close} />}</Suspense>
}
