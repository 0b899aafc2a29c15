import { useStore } from '../../bridge/hooks.ts'
import { question } from '../shared/operations.ts'
import { DeleteQuestion } from './delete-question.tsx'
import { RestartQuestion } from './restart-question.tsx'
import { ScaleQuestion } from './scale-question.tsx'

/** The question that stands over everything else, if there is one. */
export function Questions() {
  const asked = useStore(question)
  const close = () => question.set(undefined)
  switch (asked?.type) {
    case 'delete':
      return (
        <DeleteQuestion
          targets={asked.targets}
          onClose={close}
          {...(asked.onDone && { onDone: asked.onDone })}
        />
      )
    case 'scale':
      return <ScaleQuestion target={asked.target} onClose={close} />
    case 'restart':
      return <RestartQuestion target={asked.target} onClose={close} />
    default:
      return null
  }
}
