import type { ComponentType } from 'react'
import { useStore } from '../../bridge/hooks.ts'
import { lazily } from '../../components/lazily.ts'
import { Part } from '../../components/part.tsx'
import { toast } from '../../components/toasts.tsx'
import { type Question, question, type Target } from '../shared/operations.ts'

interface TargetQuestion {
  target: Target
  onClose: () => void
}

const DeleteQuestion = lazily(() =>
  import('./delete-question.tsx').then(loaded => loaded.DeleteQuestion),
)

const UndoQuestion = lazily(() => import('./undo-question.tsx').then(loaded => loaded.UndoQuestion))

const MendQuestion = lazily(() => import('./mend-question.tsx').then(loaded => loaded.MendQuestion))

/** Questions about one object, loaded when they are asked. */
const aboutOne: Readonly<Record<string, ComponentType<TargetQuestion>>> = {
  scale: lazily(() => import('./scale-question.tsx').then(loaded => loaded.ScaleQuestion)),
  restart: lazily(() => import('./restart-question.tsx').then(loaded => loaded.RestartQuestion)),
  drain: lazily(() => import('./drain-question.tsx').then(loaded => loaded.DrainQuestion)),
  forward: lazily(() => import('./forward-question.tsx').then(loaded => loaded.ForwardQuestion)),
  evict: lazily(() => import('./evict-question.tsx').then(loaded => loaded.EvictQuestion)),
}

/** The question that stands over everything else, if there is one. */
export function Questions() {
  const asked = useStore(question)
  if (!asked) return null
  return (
    <Part
      of={asked.type}
      onFailure={detail => {
        question.set(undefined)
        toast({ tone: 'bad', title: 'The question could not be shown', detail })
      }}
    >
      <Asked question={asked} onClose={() => question.set(undefined)} />
    </Part>
  )
}

function Asked({ question: asked, onClose }: { question: Question; onClose: () => void }) {
  switch (asked.type) {
    case 'delete':
      return (
        <DeleteQuestion
          targets={asked.targets}
          onClose={onClose}
          {...(asked.onDone && { onDone: asked.onDone })}
        />
      )
    case 'undo':
      return <UndoQuestion target={asked.target} revision={asked.revision} onClose={onClose} />
    case 'mend':
      return <MendQuestion target={asked.target} mend={asked.mend} onClose={onClose} />
    default: {
      const AboutOne = aboutOne[asked.type]
      return AboutOne ? <AboutOne target={asked.target} onClose={onClose} /> : null
    }
  }
}
